import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { RunDetail } from './run-columns.ts';

const POLL_MS = 1_000;
/** The answers of a very large run take a while: asking takes a tenth of the time at most. */
const POLL_REST = 9;
/** So long the API may be away, as when it is started anew, before it is given up. */
const PATIENCE_MS = 60_000;
const MOST_SLICES = 10_000;

/** A run, and its workflow: a run that is very young is found only by both. */
export interface RunPlace {
  run_id: string;
  workflow_id: string;
}

/**
 * Tells how far a run is, about once a second, until it is over; the last one is how it ended.
 *
 * @throws {CliError} when the API is away for too long
 * @throws {AbortSignal.reason} when the signal is aborted
 */
export async function* followRun(
  api: ApiClient,
  { run_id, workflow_id }: RunPlace,
  signal: AbortSignal,
): AsyncGenerator<RunDetail> {
  let awaySince: number | null = null;
  for (;;) {
    const asked = performance.now();
    try {
      const run = await api.call('GET /discoveries/{id}', {
        params: { id: run_id },
        query: { workflow_id, limit: MOST_SLICES },
        signal,
      });
      awaySince = null;
      yield run;
      if (run.status !== 'running') return;
    } catch (error) {
      if (!(error instanceof CliError) || error.outcome !== 'unreachable') throw error;
      awaySince ??= asked;
      if (asked - awaySince > PATIENCE_MS) throw lost(error, run_id);
    }
    const took = performance.now() - asked;
    await sleep(Math.max(POLL_MS, took * POLL_REST), undefined, { signal });
  }
}

function lost(error: CliError, runId: string): CliError {
  const nextStep = `The discovery goes on by itself; later: cmdb runs show ${runId}.`;
  return new CliError('unreachable', error.message, nextStep, { cause: error });
}
