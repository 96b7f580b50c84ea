import type { Generated, GeneratedAlways } from 'kysely';

export interface CoverageTables {
  /** The items that a held slice would lose: known, and not in its last complete listing. */
  held_items: { slice_id: string; ci_id: string };
  /**
   * What people allowed a held slice to lose. The next complete scan of the slice spends it, whether
   * it needed it or not; see `promote/hold-lossy-slices.ts`.
   */
  loss_approvals: {
    approval_id: GeneratedAlways<number>;
    slice_id: string;
    /** By how many items the population may fall. */
    loss: number;
    approved_by: string | null;
    approved_at: Generated<Date>;
    reason: string;
    spent_run_id: string | null;
    spent_at: Date | null;
    /** `used`: the loss went; `exceeded`: more was gone, so that nothing went; or `not_needed`. */
    outcome: 'used' | 'exceeded' | 'not_needed' | null;
  };
}
