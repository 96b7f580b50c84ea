import {
  ApplicationFailure,
  activityInfo,
  CancelledFailure,
  heartbeat,
} from '@temporalio/activity';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { beating } from './beating.ts';
import { createCollectSlice, type Progress } from './collect-slice.ts';
import type { ActivityDeps } from './deps.ts';

export interface CollectSlicesInput {
  run_id: string;
  /** Slices of one scope. */
  slice_ids: string[];
}

/**
 * Lists some slices of one scope side by side; see `createCollectSlice`. Most slices of an account are
 * empty, and an activity for each would cost Temporal more than listing it.
 *
 * A listing that fails stops none of the others. When all have come to an end the activity fails with
 * what the failed ones say, and its next attempt lists those that are still open, from where the last
 * heartbeat says they stand.
 */
export function createCollectSlices(deps: ActivityDeps) {
  const collectSlice = createCollectSlice(deps);
  return async ({ run_id, slice_ids }: CollectSlicesInput): Promise<void> => {
    const progress: Record<string, Progress> = { ...activityInfo().heartbeatDetails };
    const ended = await beating(
      () => progress,
      () =>
        Promise.allSettled(
          slice_ids.map((slice_id) =>
            collectSlice({
              run_id,
              slice_id,
              heard: progress[slice_id] ?? null,
              tell(place) {
                progress[slice_id] = place;
                heartbeat(progress);
              },
            }),
          ),
        ),
    );
    const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0) throw together(errors);
  };
}

/**
 * One error for several: it is retried where one of them is worth it, as late as any of them asks for.
 * An error of ours comes first, since the others are on their slices.
 */
function together(errors: readonly unknown[]): unknown {
  const [first, ...others] = errors;
  if (others.length === 0) return first;
  const own = errors.find((error) => !(error instanceof ApplicationFailure));
  const cancelled = errors.find((error) => error instanceof CancelledFailure);
  if (cancelled ?? own) return cancelled ?? own;
  const failures = errors as ApplicationFailure[];
  const retryable = failures.filter(({ nonRetryable }) => !nonRetryable);
  const [told] = retryable.length > 0 ? retryable : failures;
  const delays = retryable.flatMap(({ nextRetryDelay }) => nextRetryDelay ?? []).map(msToNumber);
  return ApplicationFailure.create({
    message: `${told?.message} (${failures.length} listings failed)`,
    type: told?.type ?? 'error',
    nonRetryable: retryable.length === 0,
    ...(delays.length > 0 ? { nextRetryDelay: Math.max(...delays) } : {}),
  });
}
