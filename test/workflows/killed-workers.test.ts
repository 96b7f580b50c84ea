import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ensureGraphSchema } from '../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { verifyGraph } from '../../db/graph/verify-graph.ts';
import type { FeedCursor } from '../../db/postgres/changes/feed-cursor.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { newestPlace } from '../../db/postgres/read-changes.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { ciId } from '../../model/identity.ts';
import { type NodeProgram, startNode } from '../support/node-program.ts';
import { pendingOf } from '../support/pending.ts';
import {
  createTestDatabase,
  emptyGraph,
  type TestDatabase,
  type TestGraph,
  temporalTarget,
} from '../support/stores.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { listings } from '../support/tracking/commands.ts';
import {
  expectFeed,
  expectHistory,
  expectPast,
  expectSoundIntervals,
  seenIn,
  type Tracked,
} from '../support/tracking/compare.ts';
import { type Listing, type Seen, TrackingModel } from '../support/tracking/model.ts';
import type { Script } from '../support/tracking/scripted-worker.ts';
import { IDS } from '../support/tracking/store.ts';

/** How many to try: `CMDB_KILLED_SEQUENCES=30` for a long look, of some twenty minutes. */
const SEQUENCES = Number(process.env.CMDB_KILLED_SEQUENCES ?? 1);
const RUNS = 4;
/** Somewhere between the start of a discovery and its end. */
const MAX_KILL_AFTER_MS = 1_200;
/** Several times what is waited for after a kill: the worker's start and a heartbeat that stays away. */
const MAX_DISCOVERY_MS = 180_000;
const GRACE = 2;
const TYPES = { disks: 'model_disk', hosts: 'model_host', fleet: 'model_fleet' } as const;

let database: TestDatabase;
let testGraph: TestGraph;
let db: Db;
let graph: Graph;
let client: Client;
let directory: ReturnType<typeof temporaryDirectory>;
let worker: NodeProgram | undefined;
const target = temporalTarget();

beforeAll(async () => {
  database = await createTestDatabase();
  testGraph = await emptyGraph();
  db = createDatabase({ url: database.url, application_name: 'killed workers test' });
  graph = createGraph(testGraph);
  await migrateToLatest(db);
  await ensureGraphSchema(graph);
  const connection = await Connection.connect({ address: target.address });
  client = new Client({ connection, namespace: target.namespace });
  directory = temporaryDirectory();
  await write({ account: 'none', slices: {} });
  worker = await startWorker();
}, 300_000);

afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await Promise.all([db.destroy(), graph.close(), client.connection.close()]);
  await database.drop();
  directory[Symbol.dispose]();
});

async function startWorker(): Promise<NodeProgram> {
  const { uri, username, password } = testGraph;
  const started = startNode([join(import.meta.dirname, '../support/tracking/scripted-worker.ts')], {
    SCRIPT: join(directory.path, 'script.json'),
    DATABASE_URL: database.url,
    GRAPH: JSON.stringify({ uri, username, password }),
    TEMPORAL_ADDRESS: target.address,
    TEMPORAL_NAMESPACE: target.namespace,
    TASK_QUEUE: target.taskQueue,
  });
  expect(await started.firstLine).toBe('polling');
  return started;
}

/** Never half written, for a worker that reads it meanwhile. */
async function write(script: Script): Promise<void> {
  const file = join(directory.path, 'script.json');
  writeFileSync(`${file}.new`, JSON.stringify(script));
  await rename(`${file}.new`, file);
}

/** What the source has of a slice, and how listing it goes, so that it ends as the model says. */
function scripted(
  listing: Listing,
  prefix: string,
  isThrottled: boolean,
): Script['slices'][string] {
  const { outcome, things, unreadable } = listing;
  const troubles = { denied: 'denied', failed: 'failed' } as const;
  const trouble =
    outcome === 'denied' || outcome === 'failed'
      ? troubles[outcome]
      : isThrottled
        ? 'throttled'
        : 'none';
  return {
    trouble,
    records: [
      ...things.map(({ id, needs, ...thing }) => ({
        ...thing,
        id: prefix + id,
        needs: needs.map((need) => `thing:${prefix}${need}`),
      })),
      ...unreadable.map((id) => ({ id: prefix + id, size: 'large' })),
      // Without an id nobody knows whose it is.
      ...(outcome === 'partial' ? [{ size: 1 }] : []),
    ],
  };
}

class Sequence implements Tracked {
  readonly provider = 'aws';
  readonly past: Array<{ at: Date; seen: Seen }> = [];
  readonly meet = () => {};
  readonly account: string;
  readonly begin: FeedCursor;
  readonly prefix: string;

  constructor(number: number, begin: FeedCursor) {
    this.account = `killed-${number}`;
    this.prefix = `${number}-`;
    this.begin = begin;
  }

  ciId(id: string): string {
    const slice = IDS.disks.includes(id) ? 'disks' : IDS.hosts.includes(id) ? 'hosts' : 'fleet';
    const { provider, account } = this;
    return ciId({ provider, account, resource_type: TYPES[slice], native_id: this.prefix + id });
  }

  idOf(name: string): string {
    return name.slice(this.prefix.length);
  }
}

/** One discovery; the worker is killed in the middle of it, and another one started. */
async function discover(resourceTypes: string[], killAfterMs: number | null): Promise<string> {
  const handle = await client.workflow.start(DISCOVERY_WORKFLOW, {
    taskQueue: target.taskQueue,
    workflowId: randomUUID(),
    args: [{ resource_types: resourceTypes }],
  });
  if (killAfterMs !== null) {
    await sleep(killAfterMs);
    await worker?.[Symbol.asyncDispose]();
    worker = await startWorker();
  }
  const late = new AbortController();
  try {
    const result = await Promise.race([
      handle.result(),
      sleep(MAX_DISCOVERY_MS, undefined, { signal: late.signal }),
    ]);
    if (!result) throw new Error(await pendingOf(client, handle.workflowId));
    return (result as { status: string }).status;
  } finally {
    late.abort();
  }
}

const step = fc.record({
  listings,
  isThrottled: fc.boolean(),
  killAfterMs: fc.option(fc.nat(MAX_KILL_AFTER_MS), { freq: 4 }),
});

let sequences = 0;

test(
  `${SEQUENCES} sequences of discoveries whose workers are killed leave what a plain model knows`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: RUNS, maxLength: RUNS }),
        fc.nat(),
        async (steps, place) => {
          sequences += 1;
          const model = new TrackingModel(GRACE);
          const sequence = new Sequence(sequences, await newestPlace(db));
          for (const [run, { listings: listed, isThrottled, killAfterMs }] of steps.entries()) {
            const slices = listed.map((listing) => [
              TYPES[listing.slice],
              scripted(listing, sequence.prefix, isThrottled),
            ]);
            await write({ account: sequence.account, slices: Object.fromEntries(slices) });
            const isSound = listed.every(({ outcome }) => outcome === 'complete');
            const status = await discover(
              listed.map(({ slice }) => TYPES[slice]),
              killAfterMs,
            );
            expect(status).toBe(isSound ? 'completed' : 'completed_with_errors');
            model.stage(run, listed);
            model.promote(run);
            model.relate();
            expect(await seenIn(db, sequence, null)).toEqual(model.seen());
            const { rows } = await sql<{ committed_at: Date }>`
            select committed_at from ticks order by seq desc limit 1
          `.execute(db);
            if (rows[0]) sequence.past.push({ at: rows[0].committed_at, seen: model.seen() });
            const report = await verifyGraph(db, graph, { faults_told: 10, wait_ms: 10_000 });
            expect(report).toMatchObject({ is_equal: true, faults: [], commits_behind: 0 });
          }
          await expectPast(db, sequence);
          await expectHistory(db, model, sequence);
          await expectFeed(db, model, sequence, place);
        },
      ),
      { numRuns: SEQUENCES, endOnFailure: true },
    );
    await expectSoundIntervals(db);
  },
  SEQUENCES * 600_000,
);
