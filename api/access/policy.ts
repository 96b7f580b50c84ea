import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../model/access.ts';

/** How people and programs get in; made once, at start, from the configuration. */
export interface AccessPolicy {
  /** Who asks without credentials; null: nobody is let in without. */
  anonymous: Principal | null;
  /** The token of the configuration, an admin's; null where there is none. */
  configured_token: string | null;
  /** Tells whose a JWT is; null where no identity provider is trusted. */
  verifyJwt: JwtVerifier | null;
}

/**
 * @returns null when the JWT is not valid here
 * @throws {IdentityProviderUnavailableError}
 */
export type JwtVerifier = (jwt: string) => Promise<Principal | null>;

/** Somebody on this machine, where that is enough. */
export const LOCAL_ADMIN: Principal = {
  kind: 'local',
  id: 'local',
  name: 'local',
  role: 'admin',
  restriction: null,
};

/** Whoever reaches the API is let in, as an admin: for loopback, and for tests. */
export const OPEN: AccessPolicy = {
  anonymous: LOCAL_ADMIN,
  configured_token: null,
  verifyJwt: null,
};

/** Compares in a time that tells nothing about where two texts differ. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
