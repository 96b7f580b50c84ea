/**
 * How often a listing is tried. The last attempt records the slice as failed, so the activity and
 * the workflow's retry policy must agree on the number.
 */
export const COLLECT_MAX_ATTEMPTS = 6;
