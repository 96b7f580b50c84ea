import { z } from 'zod';
import type { PresentItem } from '../db/postgres/read-present.ts';
import type { RejectedRecord, StagedItem, StagedReference } from '../db/postgres/stage-page.ts';
import { observedItemSchema } from '../model/configuration-item.ts';
import type { AnyResourceType, Reference } from '../model/resource-type.ts';
import { canonicalJson, storableText } from './canonical-json.ts';
import { hashOf } from './hash.ts';
import { type IdentifiedRecord, rejection } from './identify-page.ts';
import type { Mapping } from './mapping.ts';
import { redactAttributes, redactTags } from './redact-tags.ts';
import { storableKey } from './storable-key.ts';

export interface ObservedPage {
  readonly items: readonly StagedItem[];
  readonly rejected: readonly RejectedRecord[];
}

/**
 * Turns a page's records into items to stage. A record that is the one which made the present item
 * is not mapped again; an item that equals the present one is staged by its hashes alone.
 *
 * A record that does not fit is rejected alone, with the reason; its id keeps its item from being
 * retired.
 */
export function observePage(
  records: readonly IdentifiedRecord[],
  present: ReadonlyMap<string, PresentItem>,
  mapping: Mapping,
): ObservedPage {
  const items: StagedItem[] = [];
  const rejected: RejectedRecord[] = [];
  for (const identified of records) {
    const { ci_id, source_hash } = identified;
    const known = present.get(ci_id);
    if (known && source_hash !== null && known.source_hash === source_hash) {
      items.push({ ...known, document: null });
      continue;
    }
    try {
      const item = observe(identified, mapping);
      const isUnchanged =
        known?.content_hash === item.content_hash &&
        known.links_hash === item.links_hash &&
        known.volatile_hash === item.volatile_hash;
      items.push(isUnchanged ? { ...item, document: null } : item);
    } catch (error) {
      rejected.push(rejection(identified, reasonOf(error)));
    }
  }
  return { items, rejected };
}

function observe({ record, ci_id, source_hash }: IdentifiedRecord, mapping: Mapping): StagedItem {
  const { type, scope, defaultEnvironment } = mapping;
  const parsed = type.record.parse(record);
  const item = observedItemSchema.parse(type.toItem(parsed, scope));
  item.tags = redactTags(item.tags);
  item.attributes = redactAttributes(item.attributes);
  if (item.environment === 'unknown') item.environment = defaultEnvironment;
  const parts = splitVolatile(item, type.volatile);
  const body = canonicalJson(parts.body);
  const volatile = canonicalJson(parts.volatile);
  const keys = canonicalJson([...new Set(type.keys(parsed, scope).map(storableKey))].sort());
  const references = stagedReferences(type.references(parsed, scope), type);
  return {
    ci_id,
    source_hash,
    content_hash: hashOf(body),
    links_hash: hashOf(`${keys} ${references}`),
    volatile_hash: hashOf(volatile),
    document: `{"body":${body},"volatile":${volatile},"keys":${keys},"references":${references}}`,
  };
}

/** As JSON, in a fixed order; the same reference twice is one, described by the later. */
function stagedReferences(references: readonly Reference[], type: AnyResourceType): string {
  const byPlace = new Map<string, string>();
  for (const reference of references) {
    const { relation, source_key = '', key, discriminator = '' } = reference;
    const place = JSON.stringify([relation, key, source_key, discriminator].map(storableText));
    byPlace.set(place, canonicalJson(stagedReference(reference, type)));
  }
  const sorted = [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, staged]) => staged);
  return `[${sorted.join(',')}]`;
}

function stagedReference(reference: Reference, type: AnyResourceType): StagedReference {
  const declared = type.relations[reference.relation];
  if (!declared) throw new Error(`relation ${reference.relation} is not declared`);
  const { key, source_key } = reference;
  return {
    ...reference,
    key: storableKey(key),
    ...(source_key === undefined ? {} : { source_key: storableKey(source_key) }),
    type: declared.type,
    spread: declared.spread,
    measured: declared.measured ?? false,
    discriminator: reference.discriminator ?? '',
    weight: reference.weight ?? declared.weight ?? 1,
    attributes: reference.attributes ?? {},
  };
}

type Fields = Record<string, unknown>;

/** @param paths fields of the item, or of its attributes: `attributes.pid` */
function splitVolatile(item: { attributes?: Fields }, paths: readonly string[]) {
  const body: Fields = { ...item };
  const attributes: Fields = { ...item.attributes };
  const volatile: Fields = {};
  for (const path of paths) {
    const [owner, field] = path.startsWith('attributes.')
      ? [attributes, path.slice('attributes.'.length)]
      : [body, path];
    const value = owner[field];
    if (value !== undefined) volatile[path] = value;
    delete owner[field];
  }
  body.attributes = attributes;
  return { body, volatile };
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
