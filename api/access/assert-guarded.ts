import type { Logger } from 'pino';
import { ConfigError } from '../../db/config.ts';
import type { Db } from '../../db/postgres/database.ts';
import { hasValidToken } from '../../db/postgres/tokens.ts';
import { isDatabaseUnavailable } from '../../db/postgres/unavailable.ts';
import type { AccessPolicy } from './policy.ts';

/**
 * Refuses to start an API that asks for tokens while nobody can have one: it would answer nobody,
 * and whoever set it up shall learn so at once. Where the store cannot tell yet the API starts: it
 * lets nobody in without a token in any case.
 *
 * @throws {ConfigError}
 */
export async function assertGuarded(
  db: Db,
  { anonymous, configured_token, verifyJwt }: AccessPolicy,
  log: Logger,
): Promise<void> {
  if (anonymous || configured_token !== null || verifyJwt) return;
  try {
    if (await hasValidToken(db)) return;
  } catch (error) {
    if (!isDatabaseUnavailable(error) && !isWithoutSchema(error)) throw error;
    log.warn({ err: error }, 'Whether there is any token cannot be told yet.');
    return;
  }
  throw new ConfigError([
    {
      variable: 'CMDB_API_TOKEN',
      message:
        'is not set, and there is neither a token in the store nor CMDB_OIDC_ISSUER: the API is ' +
        'not on loopback, or CMDB_API_AUTH is "required", so it would answer nobody. Make a token ' +
        'with `cmdb tokens create NAME --role admin --database`, or set one of them',
    },
  ]);
}

/** `undefined_table`: the migrations have not run yet. */
function isWithoutSchema(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
