import { setTimeout as sleep } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import { z } from 'zod';
import { adoptOutcomes } from '../db/postgres/adopt-outcomes.ts';
import type { ProviderName } from '../model/enums.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

export interface JoinDiscoveryInput {
  run_id: string;
  provider: ProviderName;
  account: string;
  /** The workflow of another run that discovers the same account just now. */
  workflow_id: string;
}

const POLL_MS = 2_000;

/** Waits for another run's discovery of the account, and takes its slices' outcomes over. */
export function createJoinDiscovery({ db, temporal }: ActivityDeps) {
  return async (input: JoinDiscoveryInput): Promise<void> => {
    const { run_id, provider, account, workflow_id } = input;
    const signal = cancellationSignal();
    const other = temporal.workflow.getHandle(workflow_id);
    const otherRunId = await beating(
      () => null,
      async () => {
        for (;;) {
          const { status, memo } = await other.describe();
          if (status.name !== 'RUNNING') return z.uuid().parse(memo?.run_id);
          await sleep(POLL_MS, undefined, { signal });
        }
      },
    );
    await adoptOutcomes(db, { run_id, other_run_id: otherRunId, provider, account });
  };
}
