import type { ColumnType, Generated } from 'kysely';
import type { JsonObject } from '../../../model/resource-type.ts';

type JsonColumn<T> = ColumnType<T, string, string>;

export interface DeclaredTables {
  /**
   * Items that people declared through the API, as they declared them: what they are made from again,
   * and what a person reads before changing it. Those that were withdrawn are not in it.
   */
  declared_items: {
    ci_id: string;
    declared_id: string;
    declaration: JsonColumn<JsonObject>;
    declared_by: string;
    declared_at: Generated<Date>;
  };
  /** Relationships that people declared through the API, those that were withdrawn included. */
  declared_relations: {
    /** Also the id of the reference that it is. */
    relation_id: string;
    declared_id: string;
    declaration: JsonColumn<JsonObject>;
    declared_by: string;
    declared_at: Generated<Date>;
    withdrawn_by: string | null;
    withdrawn_at: Date | null;
  };
}
