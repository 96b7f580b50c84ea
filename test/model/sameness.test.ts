import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { providerSchema } from '../../model/enums.ts';
import { fieldsOf, orderFor, type Witness } from '../../model/provenance.ts';
import { PROVIDER_ORDER, serialKey } from '../../model/sameness.ts';

describe('a serial number', () => {
  test.each([
    ['Dell Inc.', '7XK2Z13', 'serial:dell-inc/7xk2z13'],
    ['  HPE ', ' CZ2D1X0GNS ', 'serial:hpe/cz2d1x0gns'],
    ['VMware, Inc.', 'VMware-42 1c 8f', 'serial:vmware-inc/vmware-42 1c 8f'],
  ])('of %j, %j, is a key of its maker', (maker, serial, key) => {
    expect(serialKey(maker, serial)).toBe(key);
  });

  test.each([
    ['Dell Inc.', null],
    [null, '7XK2Z13'],
    ['To Be Filled By O.E.M.', '7XK2Z13'],
    ['Dell Inc.', ''],
    ['Dell Inc.', '0'],
    ['Dell Inc.', '00000000'],
    ['Dell Inc.', 'XXXXXXXX'],
    ['Dell Inc.', 'To Be Filled By O.E.M.'],
    ['Dell Inc.', 'None'],
    ['Dell Inc.', 'N/A'],
    ['Dell Inc.', 'Not Specified'],
    ['Dell Inc.', 'System Serial Number'],
    ['Dell Inc.', 'Default string'],
    ['Dell Inc.', '0123456789'],
    ['Dell Inc.', '123456789'],
    ['Dell Inc.', '1234'],
    ['Dell Inc.', '00000000-0000-0000-0000-000000000000'],
    ['Dell Inc.', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['Dell Inc.', '.......'],
  ])('of %j, %j, is none', (maker, serial) => {
    expect(serialKey(maker, serial)).toBeNull();
  });
});

describe('the fields of a thing', () => {
  test('have an order of sources that names every provider once', () => {
    const providers = [...providerSchema.options].sort();
    expect([...PROVIDER_ORDER].sort()).toEqual(providers);
    for (const type of ['server', 'kubernetes_cluster', 'database', 'application'] as const) {
      for (const field of ['kernel_version', 'node_count', 'db_version', 'owner', 'name']) {
        expect([...orderFor(type, field)].sort()).toEqual(providers);
      }
    }
  });

  test('do not depend on the order in which its items were found', () => {
    const witness = fc.record({
      ci_id: fc.uuid(),
      ci_type: fc.constantFrom('server' as const, 'aws_ec2' as const, 'kubernetes_node' as const),
      provider: fc.constantFrom(...providerSchema.options),
      fields: fc.dictionary(
        fc.constantFrom('memory_gb', 'owner', 'owner_source', 'tags.a', 'environment'),
        fc.constantFrom('1', '2', 'unknown'),
      ),
      overrides: fc.constantFrom(
        {},
        { owner: { value: 'ada', observed: '1', by: 'x', at: '2026-01-01T00:00:00.000Z' } },
      ),
    }) as fc.Arbitrary<Witness>;
    const things = fc
      .uniqueArray(witness, { selector: ({ ci_id }) => ci_id, maxLength: 5 })
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      );
    fc.assert(
      fc.property(things, ([all, shuffled]) => {
        expect(fieldsOf(shuffled)).toEqual(fieldsOf(all));
        for (const { field, value, source, others } of fieldsOf(all)) {
          const said = all.find(({ ci_id }) => ci_id === source.ci_id);
          const told = source.kind === 'set' ? 'ada' : said?.fields[field];
          if (said?.overrides.owner === undefined || field !== 'owner') expect(value).toBe(told);
          expect(others.map((other) => other.value)).not.toContain(value);
        }
      }),
    );
  });
});
