import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createPublishChanges } from '../activities/publish-changes.ts';
import type { Graph } from '../db/graph/graph.ts';
import type { Db } from '../db/postgres/database.ts';
import { promoteScope } from '../db/postgres/promote-scope.ts';
import { relate } from '../db/postgres/relate.ts';

const RELATE_BATCH = 100_000;
const POLICY = { retire_after_scans: 2, max_loss_percent: 50 };

/** The steps of a discovery that come after its listings, one after the other. */
export async function promoteAll(
  db: Db,
  runId: string,
  scopeIds: readonly string[],
): Promise<void> {
  for (const scopeId of scopeIds) await promoteScope(db, runId, scopeId, POLICY);
}

export async function relateAll(db: Db, runId: string): Promise<void> {
  for (;;) if ((await relate(db, runId, RELATE_BATCH)).taken < RELATE_BATCH) return;
}

/** Brings the graph up to the last commit. */
export async function publish(db: Db, graph: Graph): Promise<void> {
  const logger = pino({ level: 'silent' });
  const activity = createPublishChanges({ db, graph, cache: null, logger });
  await new MockActivityEnvironment().run(activity);
}
