import { REDACTED, redactText } from './redact-text.ts';
import type { Json, JsonObject } from './resource-type.ts';

/**
 * Words in the key of a tag or label behind which people and tools keep secrets: Traefik's
 * `…basicauth.users` holds password hashes, Compose files carry `…TOKEN=…` as labels.
 */
const SECRET_KEY =
  /(^|[^a-z])(pass(word|wd|phrase)?|pwd|secrets?|tokens?|credentials?|api[-_.]?keys?|private[-_.]?keys?|basic[-_.]?auth)([^a-z]|$)/i;

/** Keeps every tag, and the value of those that do not look like a secret. */
export function redactTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [
      key,
      SECRET_KEY.test(key) || redactText(value) !== value ? REDACTED : value,
    ]),
  );
}

/** Fields of attributes that hold what people and tools wrote, by keys of their own. */
const LABELS = /^(labels|tags|annotations)$/;

/** Keeps every attribute, without what looks like a secret in it: labels as tags, texts by parts. */
export function redactAttributes(attributes: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]): [string, Json] => [
      key,
      LABELS.test(key) && isTextMap(value) ? redactTags(value) : redactValue(value),
    ]),
  );
}

function redactValue(value: Json): Json {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  return typeof value === 'object' && value !== null ? redactAttributes(value) : value;
}

function isTextMap(value: Json): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one === 'string');
}
