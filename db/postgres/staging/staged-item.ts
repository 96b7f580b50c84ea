import {
  type ObservedItem,
  type ObservedItemInput,
  observedItemSchema,
} from '../../../model/configuration-item.ts';
import type { CiEnvironment } from '../../../model/enums.ts';
import type { Ownership } from '../../../model/ownership.ts';
import { redactAttributes, redactTags } from '../../../model/redact-tags.ts';
import type { Reference, RelationDeclaration } from '../../../model/resource-type.ts';
import { sameKey } from '../../../model/sameness.ts';
import type { StagedItem, StagedReference } from '../stage-page.ts';
import { canonicalJson, storableText } from './canonical-json.ts';
import { hashOf } from './hash.ts';
import { storableKey } from './storable-key.ts';

/** What a record, or a person, says of an item. */
export interface Told {
  item: ObservedItemInput;
  keys: readonly string[];
  /** Strong keys of what the item is; see `ResourceType.identities`. */
  identities?: readonly string[] | undefined;
  references: readonly Reference[];
}

/** What an item's resource type says of all its items. */
export interface Declared {
  /** Fields of the item, or of its attributes: `attributes.pid`. */
  volatile: readonly string[];
  relations: Readonly<Record<string, RelationDeclaration>>;
}

/** What holds of an item that its source does not tell. */
export interface ItemDefaults {
  environment: CiEnvironment;
  /** Whose it is, by its tags and its account. */
  ownership: (item: ObservedItem) => Partial<Ownership>;
}

/**
 * The item as it is staged: checked, without secrets in its tags and attributes, split into what makes
 * a version and what moves all the time, each part with its hash.
 *
 * @throws {z.ZodError} where the item is not one of its class
 */
export function toStagedItem(
  { ci_id, source_hash }: Pick<StagedItem, 'ci_id' | 'source_hash'>,
  told: Told,
  declared: Declared,
  defaults: ItemDefaults,
): StagedItem & { document: string } {
  const item = observedItemSchema.parse(told.item);
  item.tags = redactTags(item.tags);
  item.attributes = redactAttributes(item.attributes);
  if (item.environment === 'unknown') item.environment = defaults.environment;
  Object.assign(item, defaults.ownership(item));
  const parts = splitVolatile(item, declared.volatile);
  const body = canonicalJson(parts.body);
  const volatile = canonicalJson(parts.volatile);
  const identities = (told.identities ?? []).map((key) => sameKey(storableKey(key)));
  const keys = canonicalJson([...new Set([...told.keys.map(storableKey), ...identities])].sort());
  const references = stagedReferences(told.references, declared.relations);
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
function stagedReferences(
  references: readonly Reference[],
  relations: Declared['relations'],
): string {
  const byPlace = new Map<string, string>();
  for (const reference of references) {
    const { relation, source_key = '', key, discriminator = '' } = reference;
    const place = JSON.stringify([relation, key, source_key, discriminator].map(storableText));
    byPlace.set(place, canonicalJson(toStagedReference(reference, relations[relation])));
  }
  const sorted = [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, staged]) => staged);
  return `[${sorted.join(',')}]`;
}

/** The reference with what the declaration of its relation says of it. */
export function toStagedReference(
  reference: Reference,
  declared: RelationDeclaration | undefined,
): StagedReference {
  if (!declared) throw new Error(`relation ${reference.relation} is not declared`);
  const { key, source_key } = reference;
  return {
    ...reference,
    key: storableKey(key),
    ...(source_key === undefined ? {} : { source_key: storableKey(source_key) }),
    type: declared.type,
    spread: reference.spread ?? declared.spread,
    measured: declared.measured ?? false,
    discriminator: reference.discriminator ?? '',
    weight: reference.weight ?? declared.weight ?? 1,
    attributes: reference.attributes ?? {},
  };
}

type Fields = Record<string, unknown>;

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
