/**
 * Words in the key of a tag or label behind which people and tools keep secrets: Traefik's
 * `…basicauth.users` holds password hashes, Compose files carry `…TOKEN=…` as labels.
 */
const SECRET_KEY =
  /(^|[^a-z])(pass(word|wd|phrase)?|pwd|secrets?|tokens?|credentials?|api[-_.]?keys?|private[-_.]?keys?|basic[-_.]?auth)([^a-z]|$)/i;

/** User and password in an address: `postgres://app:hunter2@db/orders`. */
const CREDENTIALS_IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]+:[^/@\s]+@/i;

export const REDACTED = '[redacted]';

/** Keeps every tag, and the value of those that do not look like a secret. */
export function redactTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [
      key,
      SECRET_KEY.test(key) || CREDENTIALS_IN_ADDRESS.test(value) ? REDACTED : value,
    ]),
  );
}
