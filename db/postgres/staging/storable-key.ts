import { storableText } from './canonical-json.ts';
import { hashOf } from './hash.ts';

/** PostgreSQL indexes entries of 2,704 bytes at most; a key's entry has an id beside it. */
const MAX_KEY_BYTES = 1024;
const KEPT_CHARACTERS = 128;

/**
 * The key as it can be indexed: one that is too long is its beginning and a hash of all of it, so that
 * keys and the references to them, which both come this way, still meet.
 */
export function storableKey(text: string): string {
  const key = storableText(text);
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  return `${key.slice(0, KEPT_CHARACTERS).toWellFormed()}…${hashOf(key)}`;
}
