import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import type { Db } from './database.ts';
import { itemsAt } from './items-at.ts';
import type { Moment } from './moment.ts';

/**
 * The condition for what somebody may see, on a table or a query that has the columns
 * `environment`, `account` and `body` of items. Every statement that reads items for a person has
 * it, or is refused to whoever is restricted; see `api/access/needs.ts`.
 *
 * @param restriction null: everything
 * @param table its name or alias in the statement
 */
export function visibleTo(
  restriction: Restriction | null | undefined,
  table = 'items',
): RawBuilder<SqlBool> {
  const { environments, accounts, teams } = restriction ?? {};
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const conditions = [
    ...(environments ? [sql<SqlBool>`${column('environment')} = any(${environments})`] : []),
    ...(accounts ? [sql<SqlBool>`${column('account')} = any(${accounts})`] : []),
    ...(teams ? [sql<SqlBool>`${column('body')}->>'team' = any(${teams})`] : []),
  ];
  return conditions.length > 0 ? sql<SqlBool>`(${sql.join(conditions, sql` and `)})` : sql`true`;
}

/** The same rule for an item at hand, such as one from the cache. */
export function isVisibleTo(
  restriction: Restriction | null | undefined,
  item: { environment: string; account: string | null; team: string | null },
): boolean {
  const { environments, accounts, teams } = restriction ?? {};
  const fits = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value));
  return (
    fits(environments, item.environment) && fits(accounts, item.account) && fits(teams, item.team)
  );
}

/** What somebody sees of a number of items. */
export interface Sight {
  sees(ciId: string): boolean;
  /** How many of them are not shown. */
  hidden: number;
}

/** Tells, in one statement at most, which of these items somebody may see, by what they were then. */
export async function sightOf(
  db: Db,
  restriction: Restriction | null,
  ciIds: readonly string[],
  moment: Moment | null = null,
): Promise<Sight> {
  if (!restriction || ciIds.length === 0) return { sees: () => true, hidden: 0 };
  const { rows } = await sql<{ ci_id: string }>`
    select ci_id from ${itemsAt(moment)} items
    where ci_id = any(${ciIds}::uuid[]) and ${visibleTo(restriction)}
  `.execute(db);
  const seen = new Set(rows.map((row) => row.ci_id));
  return { sees: (ciId) => seen.has(ciId), hidden: new Set(ciIds).size - seen.size };
}
