import { z } from 'zod';
import { ciTypeSchema } from './ci-type.ts';
import {
  clusterTypes,
  databaseShape,
  databaseTypes,
  describedShape,
  kubernetesClusterShape,
  type ObservedItemInput,
  plainTypes,
  serverShape,
  serverTypes,
} from './configuration-item.ts';
import { attributeFaults, attributeReferences } from './declared-attributes.ts';
import { declaredIdSchema, declaredKey, readAddress, readReference } from './declared-reference.ts';
import {
  checkRelation,
  type DeclaredRelationName,
  declaredRelationShape,
  keyOf,
  referenceTextSchema,
  toReference,
} from './declared-relation.ts';
import { dnsKey } from './keys.ts';
import { redactText } from './redact-text.ts';
import type { Reference } from './resource-type.ts';

const {
  environment_source: _environment,
  owner_source: _owner,
  team_source: _team,
  cost_center_source: _costCenter,
  name,
  display_name,
  ...described
} = describedShape;

const itemRelationSchema = z.strictObject({
  /** This item where left out. */
  source: referenceTextSchema.optional(),
  /** This item where left out. */
  target: referenceTextSchema.optional(),
  ...declaredRelationShape,
});

const ownShape = {
  declared_id: declaredIdSchema,
  /** The declared id where nothing is said. */
  name: name.optional(),
  /** The name where nothing is said. */
  display_name: display_name.optional(),
  ...described,
  network: z.string().min(1).max(256).nullable().default(null).meta({
    description:
      'The network that its private addresses belong to, and those that its relationships name.',
  }),
  keys: z.array(referenceTextSchema).max(1_000).default([]).meta({
    description: 'What else it answers to, beside its fqdn and address: host names, ARNs, any key.',
  }),
  relations: z.array(itemRelationSchema).max(10_000).default([]),
};

/** An item that a person says there is, of any class; the same in the API and in a catalogue. */
export const declaredItemSchema = z
  .discriminatedUnion(
    'ci_type',
    [
      z.strictObject({ ci_type: plainTypes, ...ownShape }),
      z.strictObject({ ci_type: serverTypes, ...ownShape, ...serverShape }),
      z.strictObject({ ci_type: databaseTypes, ...ownShape, ...databaseShape }),
      z.strictObject({ ci_type: clusterTypes, ...ownShape, ...kubernetesClusterShape }),
    ],
    {
      error: ({ code }) =>
        code === 'invalid_union' ? `must be one of: ${ciTypeSchema.options.join(', ')}` : undefined,
    },
  )
  .superRefine((item, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const [place, text] of item.keys.entries()) {
      const fault = faultOfKey(text, item.network);
      if (fault) refuse(['keys', place], fault);
    }
    for (const [place, relation] of item.relations.entries()) {
      if (relation.source === undefined && relation.target === undefined) {
        refuse(
          ['relations', place],
          'must have a source or a target; what is left out is this item',
        );
      }
      checkRelation(relation, item.network, (path, message) =>
        refuse(['relations', place, ...path], message),
      );
    }
    for (const { path, message } of attributeFaults(item.attributes, item.network)) {
      refuse(['attributes', ...path], message);
    }
    const connection = 'connection_string' in item ? (item.connection_string ?? '') : '';
    if (redactText(connection) !== connection) {
      refuse(['connection_string'], 'must not hold a user name and a password');
    }
  });
export type DeclaredItem = z.output<typeof declaredItemSchema>;
export type DeclaredItemInput = z.input<typeof declaredItemSchema>;

/** The ids of items are nobody's to claim. */
function faultOfKey(text: string, network: string | null): string | null {
  const read = readReference(text, network);
  if ('fault' in read) return read.fault;
  return /^(ci|declared):/.test(read.key)
    ? 'is the id of an item, and nobody else answers to it'
    : null;
}

/** Keys that recur, or mean another machine tomorrow. */
const WEAK_KEY = /^(dns|ip|mac|tcp|udp):/i;

/**
 * The strong keys among those that a person gave: the item is the same thing as whatever a source
 * finds under an ARN, the id of an instance or a serial number. A name or an address tells nothing.
 */
export function identitiesOf({ keys, network }: DeclaredItem): string[] {
  return keys.map((text) => keyOf(text, network)).filter((key) => !WEAK_KEY.test(key));
}

/** The declaration as an item. */
export function toItem(declared: DeclaredItem): ObservedItemInput {
  const { declared_id, network: _network, keys: _keys, relations: _relations, ...item } = declared;
  const itemName = item.name ?? declared_id;
  return { ...item, name: itemName, display_name: item.display_name ?? itemName };
}

/** Every key that the declared item answers to. */
export function keysOf(declared: DeclaredItem): string[] {
  const { declared_id, network, fqdn, ip_address, keys } = declared;
  // A private address of no known network means no place; that is told, and no fault.
  const address = ip_address === null ? null : readAddress(ip_address);
  const isPlace = address !== null && (address.is_public || network !== null);
  return [
    declaredKey(declared_id),
    ...(fqdn === null ? [] : [dnsKey(fqdn)]),
    ...(isPlace ? [keyOf(address.text, network)] : []),
    ...keys.map((text) => keyOf(text, network)),
  ];
}

/** Its relationships, and those that its attributes tell of. */
export function referencesOf(declared: DeclaredItem): Reference<DeclaredRelationName>[] {
  const { declared_id, network, relations, attributes } = declared;
  const own = declaredKey(declared_id);
  return [
    // What fails with the thing fails with each of its items. Nothing comes of it until a source has
    // found the thing, since the key is its own until then.
    ...identitiesOf(declared).flatMap((key) => [
      { relation: 'same_as' as const, key },
      { relation: 'same_as' as const, source_key: key, key: own },
    ]),
    ...relations.map((relation) => toReference(relation, network, declaredKey(declared_id))),
    ...attributeReferences(attributes, network),
  ];
}
