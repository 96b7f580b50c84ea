import { setTimeout as sleep } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import { z } from 'zod';
import { adoptOutcomes } from '../db/postgres/adopt-outcomes.ts';
import type { ProviderName } from '../model/enums.ts';
import { type RunError, runErrorSchema } from '../model/scope.ts';
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

/**
 * Waits for another run's discovery of the account, and takes its slices' outcomes over.
 *
 * @returns what went wrong there, outside any one slice
 */
export function createJoinDiscovery({ db, temporal }: ActivityDeps) {
  return async (input: JoinDiscoveryInput): Promise<RunError[]> => {
    const { run_id, provider, account, workflow_id } = input;
    const signal = cancellationSignal();
    const newest = temporal.workflow.getHandle(workflow_id);
    const other = await beating(
      () => null,
      async () => {
        for (;;) {
          const { status, memo, runId } = await newest.describe();
          if (status.name !== 'RUNNING') return { status: status.name, memo, runId };
          await sleep(POLL_MS, undefined, { signal });
        }
      },
    );
    const otherRunId = z.uuid().parse(other.memo?.run_id);
    await adoptOutcomes(db, { run_id, other_run_id: otherRunId, provider, account });
    if (other.status !== 'COMPLETED') {
      const message = `The discovery of the account by run ${otherRunId} ended ${other.status}.`;
      return [{ code: 'joined_discovery_failed', message, provider, account }];
    }
    const errors = await temporal.workflow.getHandle(workflow_id, other.runId).result();
    return z.array(runErrorSchema).parse(errors);
  };
}
