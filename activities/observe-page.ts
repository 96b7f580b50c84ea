import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { z } from 'zod';
import type { Observation, RejectedRecord, StagedReference } from '../db/postgres/stage-page.ts';
import { observedItemSchema } from '../model/configuration-item.ts';
import type { CiEnvironment } from '../model/enums.ts';
import { ciId } from '../model/identity.ts';
import type { AnyResourceType, Json, JsonObject, Reference } from '../model/resource-type.ts';
import type { Scope } from '../model/scope.ts';
import { redactTags } from './redact-tags.ts';

export interface ObservedPage {
  observations: Observation[];
  rejected: RejectedRecord[];
  /** A record whose id cannot be read could be any item: the listing proves nothing then. */
  has_unidentified: boolean;
}

/**
 * Turns a page's records into observations. A record that does not fit is rejected alone, with
 * the reason; its own id, where it can be read, keeps it from being retired.
 *
 * @param place the page's place in the listing, which names records that have no id
 */
export function observePage(
  records: readonly unknown[],
  type: AnyResourceType,
  scope: Scope,
  defaultEnvironment: CiEnvironment,
  place: number,
): ObservedPage {
  const page: ObservedPage = { observations: [], rejected: [], has_unidentified: false };
  records.forEach((record, index) => {
    let nativeId: string | null = null;
    try {
      nativeId = type.nativeId(record, scope);
      if (nativeId === null) throw new Error('the record has no id');
      page.observations.push(observe(record, nativeId, type, scope, defaultEnvironment));
    } catch (error) {
      page.has_unidentified ||= nativeId === null;
      page.rejected.push({
        record_key: nativeId === null ? `page ${place}, record ${index}` : storableText(nativeId),
        ci_id: nativeId === null ? null : idOf(nativeId, type, scope),
        reason: reasonOf(error),
      });
    }
  });
  return page;
}

function observe(
  record: unknown,
  nativeId: string,
  type: AnyResourceType,
  scope: Scope,
  defaultEnvironment: CiEnvironment,
): Observation {
  const parsed = type.record.parse(record);
  const item = observedItemSchema.parse(type.toItem(parsed, scope));
  item.tags = redactTags(item.tags);
  if (item.environment === 'unknown') item.environment = defaultEnvironment;
  const { body, volatile } = splitVolatile(storable(item) as JsonObject, type.volatile);
  const keys = [...new Set(type.keys(parsed, scope).map(storableText))].sort();
  const references = stagedReferences(type.references(parsed, scope), type);
  return {
    ci_id: idOf(nativeId, type, scope),
    content_hash: hashOf(body),
    links_hash: hashOf([keys, references]),
    volatile_hash: hashOf(volatile),
    body,
    volatile,
    keys,
    references,
  };
}

function idOf(native_id: string, type: AnyResourceType, scope: Scope): string {
  const { provider, account } = scope;
  return ciId({ provider, account, resource_type: type.name, native_id });
}

/** In a fixed order; the same reference twice is one, described by the later. */
function stagedReferences(
  references: readonly Reference[],
  type: AnyResourceType,
): StagedReference[] {
  const byPlace = new Map<string, StagedReference>();
  for (const reference of references) {
    const staged = storable(stagedReference(reference, type)) as unknown as StagedReference;
    const { relation, source_key = '', key, discriminator } = staged;
    byPlace.set(JSON.stringify([relation, key, source_key, discriminator]), staged);
  }
  return [...byPlace.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, staged]) => staged);
}

function stagedReference(reference: Reference, type: AnyResourceType): StagedReference {
  const declared = type.relations[reference.relation];
  if (!declared) throw new Error(`relation ${reference.relation} is not declared`);
  return {
    ...reference,
    type: declared.type,
    spread: declared.spread,
    measured: declared.measured ?? false,
    discriminator: reference.discriminator ?? '',
    weight: reference.weight ?? declared.weight ?? 1,
    attributes: reference.attributes ?? {},
  };
}

function splitVolatile(item: JsonObject, paths: readonly string[]) {
  const body: JsonObject = { ...item };
  const attributes: JsonObject = { ...(item.attributes as JsonObject) };
  const volatile: JsonObject = {};
  for (const path of paths) {
    const [owner, field] = path.startsWith('attributes.')
      ? [attributes, path.slice('attributes.'.length)]
      : [body, path];
    const value = owner[field];
    if (value !== undefined) volatile[path] = value;
    delete owner[field];
  }
  return { body: { ...body, attributes }, volatile };
}

/**
 * Leaves out what is null, and replaces what PostgreSQL cannot keep in JSON – the NUL character
 * and halves of surrogate pairs – so that one odd tag does not stop a page.
 */
function storable(value: unknown): Json {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== null && field !== undefined)
        .map(([name, field]) => [storableText(name), storable(field)]),
    );
  }
  return value as Json;
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The first 128 bits of SHA-256 over JSON with sorted keys, in UUID notation for a small column. */
function hashOf(value: unknown): string {
  const hex = createHash('sha256')
    .update(stringify(value) ?? '')
    .digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

const MAX_REASON_LENGTH = 500;

/** Names fields and expectations only: a record's values may hold secrets. */
function reasonOf(error: unknown): string {
  const reason =
    error instanceof z.ZodError
      ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
      : error instanceof Error
        ? error.message
        : 'unknown reason';
  return storableText(reason.slice(0, MAX_REASON_LENGTH));
}
