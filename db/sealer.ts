import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { text } from './config.ts';

/** As many characters as 128 random bits have in hexadecimal. */
const MIN_KEY_LENGTH = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PLAIN = 'plain:';
const SEALED = 'a256gcm:';
const KEY_FAULT = `must be ${MIN_KEY_LENGTH} or more random characters, such as \`openssl rand -hex 32\` makes`;

/** The variable that holds the key, for the configuration of whoever seals or opens. */
export const secretKeyVariable = {
  CMDB_SECRET_KEY: text(KEY_FAULT)
    .min(MIN_KEY_LENGTH)
    // What is random already needs no slow hash to become a key of 256 bits.
    .transform((value) => createHash('sha256').update(value).digest())
    .optional(),
};

/** What is sealed cannot be opened: there is no key, or it is another one. */
export class UnreadableSecretError extends Error {
  override name = 'UnreadableSecretError';
  readonly code = 'unreadable_secret';
}

/** Keeps secrets that have to be read again, such as those that sign webhooks; see ADR 11. */
export interface Sealer {
  /** @param owner what the secret is of: it can be opened for the same owner only */
  seal(secret: string, owner: string): string;
  /** @throws {UnreadableSecretError} */
  open(sealed: string, owner: string): string;
}

/** @param key 256 bits; null: nothing is encrypted; what a key has encrypted cannot be read */
export function createSealer(key: Buffer | null): Sealer {
  return {
    seal(secret, owner) {
      if (!key) return PLAIN + secret;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
      const parts = [iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return SEALED + Buffer.concat(parts).toString('base64');
    },
    open(sealed, owner) {
      if (sealed.startsWith(PLAIN)) return sealed.slice(PLAIN.length);
      if (!key) throw new UnreadableSecretError('It is encrypted, and CMDB_SECRET_KEY is not set.');
      return decrypt(key, Buffer.from(sealed.slice(SEALED.length), 'base64'), owner);
    },
  };
}

function decrypt(key: Buffer, bytes: Buffer, owner: string): string {
  const iv = bytes.subarray(0, IV_BYTES);
  const secret = bytes.subarray(IV_BYTES, -TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(secret), decipher.final()]).toString('utf8');
  } catch (error) {
    const message = 'It was encrypted with another CMDB_SECRET_KEY, or for another owner.';
    throw new UnreadableSecretError(message, { cause: error });
  }
}
