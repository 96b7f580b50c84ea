import { type SqlBool, sql } from 'kysely';
import type { Restriction, Role } from '../../model/access.ts';
import type { Db } from './database.ts';
import { hashToken, newTokenSecret } from './token-secret.ts';

export interface NewToken {
  name: string;
  role: Role;
  restriction: Restriction | null;
  expires_at: Date | null;
  /** Who makes it, as `kind:name`. */
  created_by: string;
}

/** A token as it can be shown: without the secret, which nobody has but its owner. */
export interface Token extends NewToken {
  token_id: string;
  created_at: Date;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

/** Another token that is not revoked has the name. */
export class TokenNameTakenError extends Error {
  override name = 'TokenNameTakenError';
  readonly code = 'token_name_taken';
}

const COLUMNS = [
  'token_id',
  'name',
  'role',
  'restriction',
  'created_at',
  'created_by',
  'expires_at',
  'revoked_at',
  'last_used_at',
] as const;

/**
 * Makes a token. `secret` is what its owner sends; it is in no store and cannot be had again.
 *
 * @throws {TokenNameTakenError}
 */
export async function createToken(
  db: Db,
  { restriction, ...token }: NewToken,
): Promise<{ token: Token; secret: string }> {
  const secret = newTokenSecret();
  const made = await db
    .insertInto('api_tokens')
    .values({
      ...token,
      restriction: restriction && JSON.stringify(restriction),
      token_hash: hashToken(secret),
    })
    .onConflict((conflict) => conflict.column('name').where('revoked_at', 'is', null).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  if (!made) throw new TokenNameTakenError(`There is a token with the name "${token.name}".`);
  return { token: made, secret };
}

/** A token as it was found by its secret. */
export interface FoundToken extends Pick<Token, 'token_id' | 'name' | 'role' | 'restriction'> {
  state: 'valid' | 'expired' | 'revoked';
}

/** Finds a token by its secret, and notes that it was used, to the minute. */
export async function findToken(db: Db, secret: string): Promise<FoundToken | null> {
  const { rows } = await sql<FoundToken & { is_use_old: boolean }>`
    select token_id, name, role, restriction,
      case
        when revoked_at is not null then 'revoked'
        when expires_at <= now() then 'expired'
        else 'valid'
      end as state,
      coalesce(last_used_at < now() - interval '1 minute', true) as is_use_old
    from api_tokens where token_hash = ${hashToken(secret)}
  `.execute(db);
  const [row] = rows;
  if (!row) return null;
  const { is_use_old, ...found } = row;
  if (found.state === 'valid' && is_use_old) await noteUse(db, found.token_id);
  return found;
}

/** The condition is asked again: of requests that come at once only one writes. */
async function noteUse(db: Db, tokenId: string): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: sql`now()` })
    .where('token_id', '=', tokenId)
    .where(sql<SqlBool>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute();
}

/** Where a page of tokens ended. */
export interface TokenPlace {
  created_at: Date;
  token_id: string;
}

/** Lists tokens, revoked and expired ones too, the newest first. */
export async function listTokens(
  db: Db,
  limit: number,
  after: TokenPlace | null,
): Promise<{ tokens: Token[]; next: TokenPlace | null }> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(COLUMNS)
    .$if(after !== null, (query) =>
      query.where(
        sql<SqlBool>`(created_at, token_id) < (${after?.created_at}, ${after?.token_id})`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('token_id', 'desc')
    .limit(limit + 1)
    .execute();
  const tokens = rows.slice(0, limit);
  const last = tokens.at(-1);
  return { tokens, next: rows.length > limit && last ? last : null };
}

/**
 * Ends a token, from the next request on. Ending it again changes nothing.
 *
 * @returns false when there is no such token
 */
export async function revokeToken(db: Db, tokenId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_tokens')
    .set({ revoked_at: sql`coalesce(revoked_at, now())` })
    .where('token_id', '=', tokenId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @returns whether any token would be let in now */
export async function hasValidToken(db: Db): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (
      select from api_tokens
      where revoked_at is null and (expires_at is null or expires_at > now())
    ) as has
  `.execute(db);
  return rows[0]?.has === true;
}
