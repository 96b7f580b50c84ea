import type { ColumnType } from 'kysely';
import type { JsonObject } from '../../../model/resource-type.ts';

type JsonColumn<T> = ColumnType<T, string, string>;

export interface OverrideTables {
  /**
   * What people set of an item's fields, one row an item that has any. `items.body` is what holds,
   * with these values in it; what discovery says of the same fields is kept here meanwhile, but
   * for the status, which `items.observed_status` has.
   */
  item_overrides: {
    ci_id: string;
    /** Values by field. */
    fields: JsonColumn<Record<string, string>>;
    /** Observed values by field; a field that discovery does not tell is not in it. */
    observed: JsonColumn<JsonObject>;
    /** Who set each field, and when: `{"owner": {"by": "ada", "at": "2026-…Z"}}`. */
    provenance: JsonColumn<Record<string, { by: string; at: string }>>;
  };
}
