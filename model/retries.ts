/**
 * How often a listing is tried. The last attempt records the slice as failed, so the activity and
 * the workflow's retry policy must agree on the number.
 */
export const COLLECT_MAX_ATTEMPTS = 6;

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** How long a listing that failed for the n-th time (from 1) waits, where its source says nothing. */
export function collectRetryMs(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
}
