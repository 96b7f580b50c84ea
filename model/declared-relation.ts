import { z } from 'zod';
import { readReference } from './declared-reference.ts';
import { type RelationType, relationTypeSchema, spreadSchema } from './enums.ts';
import { jsonObjectSchema } from './json.ts';
import { redactAttributes } from './redact-tags.ts';
import type { Reference, RelationDeclaration } from './resource-type.ts';

const label = z.string().min(1).max(256);

/** What a person wrote to point at an item; see `readReference`. */
export const referenceTextSchema = z.string().min(1).max(2048).meta({
  description: 'A ci_id, a declared id, a host name, an address, or a key such as an ARN.',
});

/** What a declared relationship says beside its ends. */
export const declaredRelationShape = {
  relationship_type: relationTypeSchema,
  weight: z
    .number()
    .nonnegative()
    .max(1_000_000)
    .optional()
    .meta({ description: 'Importance or strength; 1 where nothing is said.' }),
  attributes: jsonObjectSchema.optional(),
  spread: spreadSchema.optional().meta({
    description:
      'How a failure spreads over it: forward, from the target to the source; reverse, from the ' +
      'source to the target; none. Must be said of part_of.',
  }),
  redundancy_group: label
    .optional()
    .meta({ description: 'Members of one group stand in for each other.' }),
  min_up: z
    .int()
    .positive()
    .max(1_000_000)
    .optional()
    .meta({ description: 'How many of the group must be up; 1 where nothing is said.' }),
  discriminator: label.optional().meta({
    description: 'Tells apart relationships of one type between the same two, e.g. a port.',
  }),
};

/** A relationship between any two items. */
export const declaredRelationSchema = z
  .strictObject({
    source: referenceTextSchema,
    target: referenceTextSchema,
    ...declaredRelationShape,
    /** The network in which a private address at either end means something. */
    network: label.optional(),
  })
  .superRefine((relation, context) => {
    checkRelation(relation, relation.network ?? null, (path, message) =>
      context.addIssue({ code: 'custom', path, message }),
    );
  });
export type DeclaredRelation = z.infer<typeof declaredRelationSchema>;

/** A relationship, which need not name the end that has it. */
export type Relation = Omit<DeclaredRelation, 'source' | 'target'> & {
  source?: string | undefined;
  target?: string | undefined;
};

/** Says what is wrong with a relationship, beyond what a schema tells. */
export function checkRelation(
  relation: Relation,
  network: string | null,
  refuse: (path: string[], message: string) => void,
): void {
  for (const end of ['source', 'target'] as const) {
    const read = relation[end] === undefined ? null : readReference(relation[end], network);
    if (read && 'fault' in read) refuse([end], read.fault);
  }
  if (relation.min_up !== undefined && relation.redundancy_group === undefined) {
    refuse(['min_up'], 'counts members of a redundancy_group, which is not given');
  }
  if (relation.relationship_type === 'part_of' && relation.spread === undefined) {
    refuse(
      ['spread'],
      'must be said of part_of: reverse where the whole suffers with its part, forward where the ' +
        'part suffers with the whole, or none',
    );
  }
}

/**
 * The relations of declared items: each type as people understand it, and those that the contract
 * reads from attributes. Over `part_of` failure spreads as each of them says.
 */
export const DECLARED_RELATIONS = {
  depends_on: { type: 'depends_on', target: 'any item', spread: 'forward' },
  hosted_on: { type: 'hosted_on', target: 'any item', spread: 'forward' },
  connects_to: { type: 'connects_to', target: 'any item', spread: 'none' },
  runs_on: { type: 'runs_on', target: 'any item', spread: 'forward' },
  uses: { type: 'uses', target: 'any item', spread: 'forward' },
  communicates_with: { type: 'communicates_with', target: 'any item', spread: 'none' },
  part_of: { type: 'part_of', target: 'any item', spread: 'reverse' },
  managed_by: { type: 'managed_by', target: 'any item', spread: 'none' },
  monitors: { type: 'monitors', target: 'any item', spread: 'none' },
  backs_up: { type: 'backs_up', target: 'any item', spread: 'none' },
  server_id: { type: 'hosted_on', target: 'the item of attributes.server_id', spread: 'forward' },
  database_dependencies: {
    type: 'depends_on',
    target: 'the items of attributes.database_dependencies',
    spread: 'forward',
  },
  cache_id: {
    type: 'uses',
    target: 'the item of attributes.cache_id',
    spread: 'forward',
    weight: 0.8,
  },
  same_as: {
    type: 'depends_on',
    target: 'what a source found of the same thing, by a strong key',
    spread: 'forward',
  },
  network_connections: {
    type: 'communicates_with',
    target: 'the items of attributes.network_connections',
    spread: 'none',
    measured: true,
  },
} as const satisfies Record<RelationType, RelationDeclaration> &
  Record<string, RelationDeclaration>;
export type DeclaredRelationName = keyof typeof DECLARED_RELATIONS;

/**
 * A declared relationship as a reference, from its source where that is given, else from the item
 * that has it, to its target or else to `ownKey`.
 *
 * @throws {Error} where an end means nothing, which `checkRelation` tells before
 */
export function toReference(
  relation: Relation,
  network: string | null,
  ownKey: string | null,
): Reference<DeclaredRelationName> {
  const { relationship_type, source, target, weight, attributes, spread } = relation;
  const { redundancy_group, min_up, discriminator } = relation;
  const key = target === undefined ? ownKey : keyOf(target, network);
  if (key === null) throw new Error('A relationship needs a target.');
  return {
    relation: relationship_type,
    key,
    ...(source === undefined ? {} : { source_key: keyOf(source, network) }),
    ...(weight === undefined ? {} : { weight }),
    ...(attributes === undefined ? {} : { attributes: redactAttributes(attributes) }),
    ...(spread === undefined ? {} : { spread }),
    ...(redundancy_group === undefined ? {} : { redundancy_group, min_up: min_up ?? 1 }),
    ...(discriminator === undefined ? {} : { discriminator }),
  };
}

/** @throws {Error} where the text means nothing */
export function keyOf(text: string, network: string | null): string {
  const read = readReference(text, network);
  if ('fault' in read) throw new Error(`"${text}" ${read.fault}.`);
  return read.key;
}
