import { sql } from 'kysely';
import type { Restriction } from '../../../model/access.ts';
import { type ItemSummary, itemSummarySchema } from '../../../model/configuration-item.ts';
import { MAX_ITEMS_OF_THING, SAME_PREFIX, type Verdict } from '../../../model/sameness.ts';
import type { Db } from '../database.ts';
import { itemSummary } from '../find-failing.ts';
import { visibleTo } from '../visibility.ts';

/** What a person decided of two items, which holds. */
export interface SamenessDecision {
  decision_id: string;
  verdict: Verdict;
  reason: string | null;
  decided_by: string;
  decided_at: Date;
  items: ItemSummary[];
  /** The two are one thing just now, by this, by a strong key, or by way of others. */
  are_same: boolean;
  /** Strong keys that the two share, whatever was decided. */
  shared_keys: string[];
}

export interface DecisionFilter {
  verdict?: Verdict | undefined;
  ci_id?: string | undefined;
  decision_id?: string | undefined;
  /** What whoever asks may see: both items, or nothing of it. */
  restriction: Restriction | null;
}

/** Lists the decisions that hold by their ids, one page behind `after`. */
export async function listDecisions(
  db: Db,
  filter: DecisionFilter,
  limit: number,
  after: string | null,
): Promise<SamenessDecision[]> {
  const { verdict, ci_id: ciId, decision_id: decisionId, restriction } = filter;
  const { rows } = await sql<Omit<SamenessDecision, 'items'> & { items: unknown[] }>`
    select decision_id, verdict, reason, decided_by, decided_at, pair.items,
      array(
        select distinct substr(neighbour.key, ${SAME_PREFIX.length + 1})
        from same_neighbours(low_ci_id) neighbour
        where neighbour.ci_id = high_ci_id and neighbour.key is not null
        order by 1
      ) as shared_keys,
      exists (
        select from thing_of(low_ci_id, ${MAX_ITEMS_OF_THING}) thing (ci_id)
        where thing.ci_id = high_ci_id
      ) as are_same
    from sameness_decisions
    cross join lateral (
      select json_agg(${itemSummary} order by items.ci_id) as items,
        bool_and(${visibleTo(restriction)}) as is_visible
      from items where items.ci_id in (low_ci_id, high_ci_id)
    ) pair
    where withdrawn_at is null and pair.is_visible
      and ${after === null ? sql`true` : sql`decision_id > ${after}`}
      and ${verdict ? sql`verdict = ${verdict}` : sql`true`}
      and ${ciId ? sql`(low_ci_id = ${ciId} or high_ci_id = ${ciId})` : sql`true`}
      and ${decisionId ? sql`decision_id = ${decisionId}` : sql`true`}
    order by decision_id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({
    ...row,
    items: row.items.map((item) => itemSummarySchema.parse(item)),
  }));
}
