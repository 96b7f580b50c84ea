import type { Generated } from 'kysely';

/** Tables that keep the past of the inventory, beside `item_versions` and `relationships`. */
export interface HistoryTables {
  /**
   * When an item was not there: from the commit that found it missing, by way of the one that
   * retired it, up to the one that found it again; `to_tick` is null while it lasts.
   */
  item_absences: {
    ci_id: string;
    from_tick: number;
    retired_tick: number | null;
    to_tick: number | null;
    /** When it was last proven to be there. */
    last_seen_at: Date;
  };
  /** How far retention has pruned, in one row: what ended up to `seq` may be gone. */
  history_bound: {
    only_one: Generated<boolean>;
    seq: Generated<number>;
    /** The oldest time that can be asked about; null while nothing has been pruned. */
    kept_from: Date | null;
    /** The same of scans, which are many more and kept for a shorter time. */
    scans_kept_from: Date | null;
  };
}
