/** The workflow that prunes the history, by the name that the Temporal UI shows. */
export const PRUNE_WORKFLOW = 'pruneHistory';

/** The id of its schedule, and of the workflow: one prunes at a time. */
export const PRUNE_SCHEDULE = 'history-pruning';
