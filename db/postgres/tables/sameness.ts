import type { Generated } from 'kysely';
import type { Verdict } from '../../../model/sameness.ts';

export interface SamenessTables {
  /**
   * What people decided of two items, one row a pair, the lower id first. One that was withdrawn
   * stays, and says by whom.
   */
  sameness_decisions: {
    /** Derived from the pair; see `model/identity.ts`. */
    decision_id: string;
    low_ci_id: string;
    high_ci_id: string;
    verdict: Verdict;
    reason: string | null;
    decided_by: string;
    decided_at: Generated<Date>;
    withdrawn_by: string | null;
    withdrawn_at: Date | null;
  };
}
