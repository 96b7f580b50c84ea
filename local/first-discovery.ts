import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCalls, DiscoveryStatus } from './api-calls.ts';
import { explain, ReadableError } from './explain.ts';
import type { Progress } from './progress.ts';

const POLL_MS = 1_000;
/** A status that cannot be had for this many polls in a row is not waited for any longer. */
const MOST_FAILURES = 10;

/**
 * Starts a discovery of every provider that can be reached and shows how far it is. The system runs
 * whether or not it succeeds, so a failure is shown and not thrown.
 */
export async function firstDiscovery(
  api: ApiCalls,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const step = progress.step('Discovery');
  step.update('starting');
  try {
    const statusUrl = await api.discover();
    let failures = 0;
    for (;;) {
      await sleep(POLL_MS, undefined, { signal });
      let status: DiscoveryStatus;
      try {
        status = await api.discoveryStatus(statusUrl);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (signal.aborted || failures > MOST_FAILURES) throw error;
        continue;
      }
      if (status.status === 'running') {
        step.update(far(status));
      } else if (status.status === 'completed') {
        step.done(far(status));
        return;
      } else {
        step.warn(`${status.status.replaceAll('_', ' ')}: ${far(status)}`);
        progress.print(`  What went wrong: ${new URL(statusUrl, api.base).href}`);
        return;
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    step.warn('could not be followed to its end');
    const text = error instanceof ReadableError ? explain(error) : String(error);
    progress.print(`  ${text}`);
  }
}

function far({ progress, slices, errors }: DiscoveryStatus): string {
  const items = slices.reduce((sum, slice) => sum + slice.items, 0);
  const failed = errors.length === 0 ? '' : `, ${errors.length} errors`;
  return `${progress.slices_done} of ${progress.slices_total} slices, ${items} items${failed}`;
}
