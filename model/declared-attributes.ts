import { z } from 'zod';
import { readReference } from './declared-reference.ts';
import { type DeclaredRelationName, keyOf, referenceTextSchema } from './declared-relation.ts';
import type { JsonObject, Reference } from './resource-type.ts';

/** The contract's measure of how strongly two items communicate. */
const CONNECTIONS_PER_WEIGHT = 100;

const connectionSchema = z
  .looseObject({
    /** The other end: an address, … */
    remote_ip: referenceTextSchema.optional(),
    /** … or anything that points at an item. */
    target: referenceTextSchema.optional(),
    port: z.int().min(0).max(65_535).optional(),
    protocol: z.string().min(1).max(32).optional(),
    connection_count: z.int().nonnegative().optional(),
  })
  .refine(({ remote_ip, target }) => (remote_ip === undefined) !== (target === undefined), {
    error: 'must have remote_ip or target',
  });

/**
 * Attributes that the contract makes relationships of, each naming items as a person may: by id, by
 * key, by host name. Every other attribute is only kept.
 */
const relatingSchema = z.looseObject({
  server_id: referenceTextSchema.optional(),
  database_dependencies: z.array(referenceTextSchema).optional(),
  cache_id: referenceTextSchema.optional(),
  network_connections: z.array(connectionSchema).optional(),
});
type Relating = z.output<typeof relatingSchema>;

/** What is wrong with the attributes that relate, by path. */
export function attributeFaults(
  attributes: JsonObject,
  network: string | null,
): Array<{ path: (string | number)[]; message: string }> {
  const parsed = relatingSchema.safeParse(attributes);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => ({
      path: path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
      message,
    }));
  }
  return referencesIn(parsed.data).flatMap(({ path, text }) => {
    const read = readReference(text, network);
    return 'fault' in read ? [{ path, message: read.fault }] : [];
  });
}

/** The relationships that the contract's attributes tell of. */
export function attributeReferences(
  attributes: JsonObject,
  network: string | null,
): Reference<DeclaredRelationName>[] {
  return referencesIn(relatingSchema.parse(attributes)).map(({ relation, text, rest }) => ({
    relation,
    key: keyOf(text, network),
    ...rest,
  }));
}

interface AttributeReference {
  relation: DeclaredRelationName;
  path: (string | number)[];
  text: string;
  rest: Pick<Reference, 'weight' | 'attributes' | 'discriminator'>;
}

function referencesIn(relating: Relating): AttributeReference[] {
  const single = (['server_id', 'cache_id'] as const).flatMap((relation) => {
    const text = relating[relation];
    return text === undefined ? [] : [{ relation, path: [relation], text, rest: {} }];
  });
  const databases = (relating.database_dependencies ?? []).map((text, place) => {
    const relation = 'database_dependencies' as const;
    return { relation, path: [relation, place], text, rest: {} };
  });
  const connections = (relating.network_connections ?? []).map((connection, place) => {
    const relation = 'network_connections' as const;
    const { remote_ip, target, port, protocol, connection_count } = connection;
    const end = remote_ip === undefined ? 'target' : 'remote_ip';
    return {
      relation,
      path: [relation, place, end],
      text: remote_ip ?? target ?? '',
      rest: {
        discriminator: `${protocol ?? 'tcp'}/${port ?? ''}`,
        weight: (connection_count ?? 1) / CONNECTIONS_PER_WEIGHT,
        attributes: {
          port: port ?? null,
          protocol: protocol ?? null,
          connection_count: connection_count ?? null,
        },
      },
    };
  });
  return [...single, ...databases, ...connections];
}
