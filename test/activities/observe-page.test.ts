import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { identifyPage } from '../../activities/identify-page.ts';
import { type Mapping, mappingRelease } from '../../activities/mapping.ts';
import { observePage } from '../../activities/observe-page.ts';
import type { PresentItem } from '../../db/postgres/read-present.ts';
import { ownershipReader, ownershipSchema } from '../../model/ownership.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { mappingOf, thingScope, thingType } from '../support/things.ts';

function observe(
  records: readonly unknown[],
  type: AnyResourceType = thingType,
  present: ReadonlyMap<string, PresentItem> = new Map(),
  overrides: Partial<Mapping> = {},
) {
  const mapping = { ...mappingOf(type, thingScope()), ...overrides };
  const identified = identifyPage(records, mapping, 0);
  const { items, rejected } = observePage(identified.records, present, mapping);
  return { ...identified, items, rejected: [...identified.rejected, ...rejected] };
}

function observeOne(record: unknown, type?: AnyResourceType, overrides?: Partial<Mapping>) {
  const [item] = observe([record], type, new Map(), overrides).items;
  if (!item?.document) throw new Error('the record was rejected');
  return { ...item, ...JSON.parse(item.document) };
}

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
    expect(page.items).toHaveLength(1);
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

  test('one on which reading the id fails has no readable id', () => {
    const strict: AnyResourceType = {
      ...thingType,
      nativeId: (record) => (record as { id: string }).id.toLowerCase(),
    };
    const page = observe([{ id: 'a' }, { size: 1 }, null], strict);
    expect(page.has_unidentified).toBe(true);
    expect(page.items).toHaveLength(1);
    expect(page.rejected.map(({ ci_id }) => ci_id)).toEqual([null, null]);
  });

  test('the reason never holds a value of the record', () => {
    const page = observe([{ id: 'a', size: 'hunter2', status: 'hunter2', keys: 'hunter2' }]);
    expect(page.rejected).toHaveLength(1);
    expect(JSON.stringify(page.rejected)).not.toContain('hunter2');
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
        expect(page.items.length + page.rejected.length).toBe(records.length);
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
  const defaultEnvironment = 'test';
  const unknown = observeOne({ id: 'a' }, thingType, { defaultEnvironment });
  const known = observeOne({ id: 'a' }, staged, { defaultEnvironment });
  expect(unknown.body.environment).toBe('test');
  expect(known.body.environment).toBe('staging');
});

describe('a record that made the present item', () => {
  const counting = () => {
    let mapped = 0;
    const type: AnyResourceType = {
      ...thingType,
      toItem: (record, scope) => {
        mapped += 1;
        return thingType.toItem(record as never, scope);
      },
    };
    return { type, mapped: () => mapped };
  };
  const presentOf = (record: unknown) => {
    const { ci_id, content_hash, links_hash, volatile_hash, source_hash } = observeOne(record);
    return new Map([[ci_id, { ci_id, content_hash, links_hash, volatile_hash, source_hash }]]);
  };

  test('is not mapped again, and staged by its hashes', () => {
    const present = presentOf({ id: 'a', size: 1 });
    const { type, mapped } = counting();
    const { items } = observe([{ id: 'a', size: 1 }], type, present);
    expect(mapped()).toBe(0);
    expect(items).toEqual([{ ...[...present.values()][0], document: null }]);
  });

  test('is mapped when it changed, when the code did, and when nothing tells what it was', () => {
    const { type, mapped } = counting();
    const present = presentOf({ id: 'a', size: 1 });
    expect(observe([{ id: 'a', size: 2 }], type, present).items[0]?.document).not.toBeNull();
    const release = { release: 'newer' };
    expect(observe([{ id: 'a', size: 1 }], type, present, release).items[0]?.document).toBeNull();
    const forgotten = new Map([...present].map(([id, row]) => [id, { ...row, source_hash: null }]));
    expect(observe([{ id: 'a', size: 1 }], type, forgotten).items[0]?.document).toBeNull();
    expect(mapped()).toBe(3);
  });

  test('is mapped when what is known of its scope changed, such as the name of the account', () => {
    const present = presentOf({ id: 'a' });
    const { type, mapped } = counting();
    for (const change of [{ account_name: 'Payments' }, { region: 'south' }]) {
      observe([{ id: 'a' }], type, present, { scope: { ...thingScope(), ...change } });
    }
    expect(mapped()).toBe(2);
  });

  test('may hold what JSON cannot: it is mapped every time', () => {
    const record = { id: 'a', unread: 2n };
    expect(observe([record]).items[0]?.source_hash).toBeNull();
    expect(observe([record], thingType, presentOf({ id: 'a' })).items[0]?.document).toBeNull();
  });
});

describe('whose an item is', () => {
  const tagged: AnyResourceType = {
    ...thingType,
    record: z.object({ id: z.string(), tags: z.record(z.string(), z.string()) }),
    toItem: (record, scope) => ({
      ...thingType.toItem({ ...(record as object), size: 0, load: 0, owner: null }, scope),
      tags: (record as { tags: Record<string, string> }).tags,
    }),
    keys: () => [],
    references: () => [],
  };
  const record = { id: 'a', tags: { Squad: 'core' } };

  test('is told by the rules, with what told it', () => {
    expect(observeOne(record, tagged).body).toMatchObject({
      team: 'core',
      team_source: 'tag:Squad',
    });
  });

  test('is told anew, by the same record, when the rules have changed', () => {
    const known = observeOne(record, tagged);
    const present = new Map([[known.ci_id, known]]);
    const same = observe([record], tagged, present);
    expect(same.items[0]?.document).toBeNull();
    const rules = { team: { values: [{ match: 'core', value: 'platform' }] } };
    const ownership = ownershipReader(ownershipSchema.parse(rules));
    const changed = observe([record], tagged, present, { ownership, release: 'other rules' });
    expect(JSON.parse(changed.items[0]?.document ?? '{}').body.team).toBe('platform');
  });

  test('is part of what maps a record', async () => {
    const releaseOf = (rules: object) => mappingRelease(sourcesSchema.parse({ ownership: rules }));
    expect(await releaseOf({})).toBe(await releaseOf({ team: { tags: ['team', 'squad'] } }));
    expect(await releaseOf({})).not.toBe(await releaseOf({ team: { tags: ['squad'] } }));
  });
});
