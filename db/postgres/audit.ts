import { type SqlBool, sql } from 'kysely';
import type { Principal, Role } from '../../model/access.ts';
import type { Db } from './database.ts';

/**
 * A write as it is about to be tried: who, and what by its operation and its path. What was sent is
 * left out, since it can hold secrets; what it changed stands in the history of what was changed.
 */
export interface Attempt {
  request_id: string;
  principal_kind: Principal['kind'] | 'cli';
  principal_id: string;
  principal_name: string;
  role: Role;
  method: string;
  /** The path as the OpenAPI document has it, `/ci/{ci_id}/…`. */
  operation: string;
  path: string;
  address: string | null;
}

export interface AuditEntry extends Attempt {
  audit_id: number;
  at: Date;
  /** Null while the request runs, and where its end was lost: it may have been done. */
  status: number | null;
}

/**
 * Notes a write before it is tried: one that cannot be noted is not done.
 *
 * @returns the id of the entry, for `noteOutcome`
 */
export async function noteAttempt(db: Db, attempt: Attempt): Promise<number> {
  const { audit_id } = await db
    .insertInto('audit_log')
    .values(attempt)
    .returning('audit_id')
    .executeTakeFirstOrThrow();
  return audit_id;
}

/** @param status of HTTP */
export async function noteOutcome(db: Db, auditId: number, status: number): Promise<void> {
  await db.updateTable('audit_log').set({ status }).where('audit_id', '=', auditId).execute();
}

export interface AuditFilter {
  principal?: string | undefined;
  /** From then on. */
  since?: Date | undefined;
  /** Before then. */
  until?: Date | undefined;
}

/** Lists entries, the newest first, from before `before`. */
export async function listAudit(
  db: Db,
  filter: AuditFilter,
  limit: number,
  before: number | null,
): Promise<{ entries: AuditEntry[]; next: number | null }> {
  const { principal, since, until } = filter;
  const rows = await db
    .selectFrom('audit_log')
    .selectAll()
    .$if(principal !== undefined, (query) =>
      query.where('principal_name', '=', principal as string),
    )
    .$if(since !== undefined, (query) => query.where('at', '>=', since as Date))
    .$if(until !== undefined, (query) => query.where('at', '<', until as Date))
    .$if(before !== null, (query) => query.where('audit_id', '<', before as number))
    .orderBy('audit_id', 'desc')
    .limit(limit + 1)
    .execute();
  const entries = rows.slice(0, limit);
  return { entries, next: rows.length > limit ? (entries.at(-1)?.audit_id ?? null) : null };
}

/** Rows of one statement: it shall hold nobody up. */
const PRUNE_ROWS = 10_000;

/** @returns how many entries that are older were forgotten; there may be more */
export async function pruneAudit(db: Db, retentionDays: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('audit_log')
    .where('audit_id', 'in', (query) =>
      query
        .selectFrom('audit_log')
        .select('audit_id')
        .where(sql<SqlBool>`at < now() - make_interval(days => ${retentionDays})`)
        .orderBy('at')
        .limit(PRUNE_ROWS),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
