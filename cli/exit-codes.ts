/**
 * How the command line ends, for scripts. `cmdb help exit-codes` prints the table, and the README has it;
 * a number never changes its meaning.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'it was done' },
  failed: { code: 1, meaning: 'it failed, for a reason that is not one of those below' },
  usage: { code: 2, meaning: 'the command line, or a value in it, is not valid' },
  unreachable: { code: 3, meaning: 'the API, or a store behind it, does not answer' },
  denied: { code: 4, meaning: 'there is no token, it does not hold, or its role is not enough' },
  not_found: { code: 5, meaning: 'there is no such thing' },
  conflict: { code: 6, meaning: 'the state does not allow it, or somebody else was faster' },
  completed_with_errors: { code: 7, meaning: 'the discovery is complete but for some slices' },
  discovery_failed: { code: 8, meaning: 'the discovery failed' },
  discovery_cancelled: { code: 9, meaning: 'the discovery was cancelled' },
  needs_fixing: { code: 10, meaning: 'doctor found something to fix' },
  bad_backup: { code: 11, meaning: 'the backup is damaged, or of a newer release' },
  graph_differs: { code: 12, meaning: 'the graph is not what the inventory says' },
  graph_behind: { code: 13, meaning: 'the graph waits for what cannot be compared before' },
  interrupted: { code: 130, meaning: 'it was interrupted' },
} as const;

export type Outcome = keyof typeof EXIT_CODES;
