import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observePage } from '../../activities/observe-page.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import { thingScope, thingType } from '../support/things.ts';

const observe = (records: unknown[], type: AnyResourceType = thingType) =>
  observePage(records, type, thingScope(), 'unknown', 0);

const observeOne = (record: unknown, type?: AnyResourceType) => {
  const [observation] = observe([record], type).observations;
  if (!observation) throw new Error('the record was rejected');
  return observation;
};

describe('hashes', () => {
  test('a described field changes the content hash only', () => {
    const [before, after] = [observeOne({ id: 'a', size: 1 }), observeOne({ id: 'a', size: 2 })];
    expect(after.content_hash).not.toBe(before.content_hash);
    expect(after.links_hash).toBe(before.links_hash);
    expect(after.volatile_hash).toBe(before.volatile_hash);
  });

  test('a volatile field changes the volatile hash only, and is not in the body', () => {
    const [before, after] = [observeOne({ id: 'a', load: 1 }), observeOne({ id: 'a', load: 2 })];
    expect(after.content_hash).toBe(before.content_hash);
    expect(after.volatile_hash).not.toBe(before.volatile_hash);
    expect(after.volatile).toEqual({ 'attributes.load': 2 });
    expect(after.body.attributes).toEqual({ size: 0 });
  });

  test('the order of keys and references is no change', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 6 }), (keys) => {
        const forward = observeOne({ id: 'a', keys, needs: keys });
        const backward = observeOne({ id: 'a', keys: keys.toReversed(), needs: keys.toReversed() });
        expect(backward.links_hash).toBe(forward.links_hash);
      }),
    );
  });

  test('the same record always has the same id and hashes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer(), (id, size) => {
        expect(observeOne({ id, size })).toEqual(observeOne({ id, size }));
      }),
    );
  });
});

describe('records that do not fit', () => {
  test('one is rejected alone, with its id, the field and what was expected', () => {
    const page = observe([{ id: 'a' }, { id: 'b', size: 'large' }]);
    expect(page.observations).toHaveLength(1);
    expect(page.has_unidentified).toBe(false);
    expect(page.rejected).toMatchObject([
      { record_key: 'b', reason: expect.stringMatching(/^size: .*expected number/) },
    ]);
  });

  test('one without an id is named by its place', () => {
    const page = observe([{ id: 'a' }, { size: 1 }]);
    expect(page.has_unidentified).toBe(true);
    expect(page.rejected).toMatchObject([{ record_key: 'page 0, record 1', ci_id: null }]);
  });

  test('the reason never holds a value of the record', () => {
    const page = observe([{ id: 'a', size: 'hunter2', status: 'hunter2', keys: 'hunter2' }]);
    expect(page.rejected).toHaveLength(1);
    expect(JSON.stringify(page)).not.toContain('hunter2');
  });

  test('a map that names an undeclared relation or an unknown field rejects, not stores', () => {
    const undeclared = { ...thingType, references: () => [{ relation: 'nope', key: 'k' }] };
    expect(observe([{ id: 'a' }], undeclared).rejected).toHaveLength(1);
    const misspelt = {
      ...thingType,
      toItem: () => ({ ci_type: 'service' as const, name: 'a', display_name: 'a', regoin: 'x' }),
    };
    expect(observe([{ id: 'a' }], misspelt).rejected).toHaveLength(1);
  });

  test('any JSON at all is either observed or rejected', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (records) => {
        const page = observe(records);
        expect(page.observations.length + page.rejected.length).toBe(records.length);
      }),
    );
  });
});

test('the default environment fills in only where nothing told one', () => {
  const staged = {
    ...thingType,
    toItem: () => ({
      ci_type: 'service' as const,
      name: 'a',
      display_name: 'a',
      environment: 'staging' as const,
    }),
  };
  const unknown = observePage([{ id: 'a' }], thingType, thingScope(), 'test', 0);
  const known = observePage([{ id: 'a' }], staged, thingScope(), 'test', 0);
  expect(unknown.observations[0]?.body.environment).toBe('test');
  expect(known.observations[0]?.body.environment).toBe('staging');
});
