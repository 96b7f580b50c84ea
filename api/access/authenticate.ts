import { TOKEN_PREFIX } from '../../db/postgres/token-secret.ts';
import { findToken } from '../../db/postgres/tokens.ts';
import type { Principal } from '../../model/access.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../http/problem.ts';
import { isSameSecret } from './policy.ts';

/**
 * Tells who asks, by the Authorization header. Credentials that are not valid are refused, also
 * where none would be needed: who sends some means to be somebody.
 *
 * @throws {Problem} `unauthenticated`
 * @throws {IdentityProviderUnavailableError}
 */
export async function authenticate(
  { db, access }: Pick<AppDeps, 'db' | 'access'>,
  authorization: string | undefined,
): Promise<Principal> {
  if (authorization === undefined) {
    if (access.anonymous) return access.anonymous;
    throw unauthenticated('Send a token: "Authorization: Bearer cmdb_…".', 'Bearer realm="cmdb"');
  }
  const [, secret] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization) ?? [];
  if (secret === undefined) throw invalid('The header must be "Authorization: Bearer TOKEN".');
  if (access.configured_token !== null && isSameSecret(secret, access.configured_token)) {
    const name = 'CMDB_API_TOKEN';
    return { kind: 'token', id: name, name, role: 'admin', restriction: null };
  }
  if (secret.startsWith(TOKEN_PREFIX)) return ofToken(db, secret);
  const principal = await access.verifyJwt?.(secret);
  if (!principal) throw invalid('The token is not valid here.');
  return principal;
}

async function ofToken(db: AppDeps['db'], secret: string): Promise<Principal> {
  const found = await findToken(db, secret);
  if (!found) throw invalid('The token is not valid here.');
  if (found.state !== 'valid') throw invalid(`The token is ${found.state}.`);
  const { token_id, name, role, restriction } = found;
  return { kind: 'token', id: token_id, name, role, restriction };
}

function invalid(detail: string): Problem {
  return unauthenticated(detail, 'Bearer realm="cmdb", error="invalid_token"');
}

function unauthenticated(detail: string, challenge: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
}
