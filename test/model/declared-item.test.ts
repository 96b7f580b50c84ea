import { describe, expect, test } from '@jest/globals';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { observedItemSchema } from '../../model/configuration-item.ts';
import {
  type DeclaredItemInput,
  declaredItemSchema,
  identitiesOf,
  keysOf,
  referencesOf,
  toItem,
} from '../../model/declared-item.ts';

const declare = (more: object) =>
  declaredItemSchema.parse({ declared_id: 'a', ci_type: 'application', ...more });

/** `path: message` of everything that is wrong. */
function faultsOf(more: object): string[] {
  const parsed = declaredItemSchema.safeParse({
    declared_id: 'a',
    ci_type: 'application',
    ...more,
  });
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

test('every class can be declared, and is an item then', () => {
  for (const ci_type of ciTypeSchema.options) {
    const declared = declaredItemSchema.parse({ declared_id: 'a', ci_type } as DeclaredItemInput);
    const item = observedItemSchema.parse(toItem(declared));
    expect(item).toMatchObject({ ci_type, name: 'a', display_name: 'a', status: 'active' });
  }
});

test('fields of another class are refused', () => {
  expect(faultsOf({ db_type: 'oracle' })).toEqual([': Unrecognized key: "db_type"']);
  expect(faultsOf({ ci_type: 'database', db_type: 'oracle' })).toEqual([]);
});

test('it answers to its id, its name, its address and whatever it says', () => {
  const place = { fqdn: 'A.example.com', ip_address: '10.0.0.7', network: 'dc1' };
  expect(keysOf(declare({ ...place, keys: ['old.example.com', 'asset:4711'] }))).toEqual([
    'declared:a',
    'dns:a.example.com',
    'ip:dc1/10.0.0.7',
    'dns:old.example.com',
    'asset:4711',
  ]);
  expect(keysOf(declare({ ip_address: '10.0.0.7' }))).toEqual(['declared:a']);
});

test('it is the thing of a strong key that it is given, and of no name or address', () => {
  const place = { fqdn: 'a.example.com', ip_address: '10.0.0.7', network: 'dc1' };
  const keys = ['old.example.com', '10.0.0.8', '8.8.8.8', 'asset:4711', 'aws:i-0abc'];
  const declared = declare({ ...place, keys });
  expect(identitiesOf(declared)).toEqual(['asset:4711', 'aws:i-0abc']);
  expect(referencesOf(declared)).toEqual(
    identitiesOf(declared).flatMap((key) => [
      { relation: 'same_as', key },
      { relation: 'same_as', source_key: key, key: 'declared:a' },
    ]),
  );
  expect(identitiesOf(declare(place))).toEqual([]);
});

describe('relationships of the contract’s attributes', () => {
  const references = (attributes: object, more: object = {}) =>
    referencesOf(declare({ attributes, ...more }));

  test('an application is hosted on its server and uses its cache', () => {
    expect(references({ server_id: 'erp-1', cache_id: 'cache.example.com' })).toEqual([
      { relation: 'server_id', key: 'declared:erp-1' },
      { relation: 'cache_id', key: 'dns:cache.example.com' },
    ]);
  });

  test('a service depends on its databases', () => {
    const databases = ['ledger', '2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d'];
    expect(references({ database_dependencies: databases }, { ci_type: 'service' })).toEqual([
      { relation: 'database_dependencies', key: 'declared:ledger' },
      { relation: 'database_dependencies', key: `ci:${databases[1]}` },
    ]);
  });

  test('connections have port, protocol and a weight of a hundredth each', () => {
    const connection = { remote_ip: '10.0.0.9', port: 5432, protocol: 'tcp', connection_count: 40 };
    const attributes = { network_connections: [connection, { target: 'arn:aws:x' }] };
    expect(references(attributes, { network: 'dc1' })).toEqual([
      {
        relation: 'network_connections',
        key: 'ip:dc1/10.0.0.9',
        discriminator: 'tcp/5432',
        weight: 0.4,
        attributes: { port: 5432, protocol: 'tcp', connection_count: 40 },
      },
      {
        relation: 'network_connections',
        key: 'arn:aws:x',
        discriminator: 'tcp/',
        weight: 0.01,
        attributes: { port: null, protocol: null, connection_count: null },
      },
    ]);
  });
});

test('a relationship goes from the item or to it, or between others', () => {
  const relations = [
    { relationship_type: 'depends_on', target: 'b', redundancy_group: 'g' },
    { relationship_type: 'monitors', source: 'c', weight: 3, spread: 'forward' },
    { relationship_type: 'uses', source: 'd', target: 'e', discriminator: 'x' },
  ];
  expect(referencesOf(declare({ relations }))).toEqual([
    { relation: 'depends_on', key: 'declared:b', redundancy_group: 'g', min_up: 1 },
    {
      relation: 'monitors',
      key: 'declared:a',
      source_key: 'declared:c',
      weight: 3,
      spread: 'forward',
    },
    { relation: 'uses', key: 'declared:e', source_key: 'declared:d', discriminator: 'x' },
  ]);
});

describe('what cannot be meant is refused, by its field', () => {
  test.each([
    [{ relations: [{ relationship_type: 'uses' }] }, /^relations\.0: must have a source or/],
    [{ relations: [{ relationship_type: 'uses', target: 'B' }] }, /^relations\.0\.target: is no/],
    [
      { relations: [{ relationship_type: 'uses', target: 'b', min_up: 2 }] },
      /^relations\.0\.min_up: counts/,
    ],
    [
      { relations: [{ relationship_type: 'part_of', target: 'b' }] },
      /^relations\.0\.spread: must be said/,
    ],
    [{ keys: ['declared:b'] }, /^keys\.0: is the id/],
    [{ keys: ['same:aws:i-0abc'] }, /^keys\.0: is no key that/],
    [{ keys: ['10.0.0.7'] }, /^keys\.0: is a private address/],
    [{ attributes: { server_id: 7 } }, /^attributes\.server_id: /],
    [{ attributes: { server_id: 'not one' } }, /^attributes\.server_id: is no id/],
    [{ attributes: { database_dependencies: 'b' } }, /^attributes\.database_dependencies: /],
    [
      { attributes: { network_connections: [{ port: 1 }] } },
      /^attributes\.network_connections\.0: must have remote_ip or target/,
    ],
    [
      { attributes: { network_connections: [{ remote_ip: '10.0.0.7' }] } },
      /^attributes\.network_connections\.0\.remote_ip: is a private/,
    ],
    [
      { ci_type: 'database', connection_string: 'postgres://app:hunter2@db/x' },
      /^connection_string: must not hold/,
    ],
  ])('%j', (more, fault) => {
    const faults = faultsOf(more);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults.join()).not.toContain('hunter2');
  });
});
