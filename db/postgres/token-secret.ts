import { createHash, randomBytes } from 'node:crypto';

/** Lets secret scanners, and people, tell what a leaked string is. */
export const TOKEN_PREFIX = 'cmdb_';
const SECRET_BYTES = 32;

/** Makes a token: 256 random bits behind a prefix. */
export function newTokenSecret(): string {
  return TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

/**
 * The hash under which a token is stored. Plain SHA-256: slow, salted hashes protect what people
 * choose, which can be guessed; 256 random bits cannot, and every request pays for the hash.
 */
export function hashToken(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
