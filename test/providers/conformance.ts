import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { observedItemSchema } from '../../model/configuration-item.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { fixtureFiles, fixtureOf } from './fixture-files.ts';

/** How the resource types of one provider are told apart from others'. */
export interface ConformanceOptions {
  /** The provider's folder under `providers/`, and here. */
  readonly provider: string;
  /** A scope that the resource type is listed in. */
  readonly scopeOf: (type: AnyResourceType) => Scope;
  /** How every native id of this provider looks. */
  readonly nativeId: RegExp;
  /** How every key that its types announce or refer to looks. */
  readonly key: RegExp;
  /** How a permission of this provider looks. */
  readonly permission: RegExp;
  /** Fields with which a record is made odd without losing its id: its type must still read that. */
  readonly oddFields: Readonly<Record<string, unknown>>;
}

interface Case {
  type: AnyResourceType;
  raw: readonly unknown[];
  scope: Scope;
}

/**
 * What holds for every resource type of a provider. A new type is covered when its fixtures stand in
 * `fixtures/<its file>`, exporting `records`: as `listPage` answers them, and so many that every
 * field is set and every relation made in one of them. Put `hunter2` wherever a source has a secret.
 */
export async function testConformance(options: ConformanceOptions): Promise<void> {
  const { provider } = options;
  const resources = new URL(`../../providers/${provider}/resources/`, import.meta.url);
  const files = (await readdir(resources)).filter((file) => file.endsWith('.ts')).sort();
  const cases = new Map<string, Case>();

  beforeAll(async () => {
    for (const file of files) {
      const { resourceType } = await import(new URL(file, resources).href);
      const type: AnyResourceType = resourceType;
      const { records = [] } = await fixtureOf(provider, file);
      cases.set(file, { type, raw: records, scope: options.scopeOf(type) });
    }
  });

  describe.each(files)('%s', (file) => {
    const load = () => {
      const loaded = cases.get(file);
      if (!loaded) throw new Error(`${file} was not loaded`);
      const { type, raw, scope } = loaded;
      const records = raw.map((record) => type.record.parse(record));
      return { type, raw, scope, records };
    };

    test('has fixtures, and is named after its file', () => {
      const { type, raw } = load();
      expect(raw.length).toBeGreaterThan(0);
      expect(`${type.name.replaceAll('_', '-')}.ts`).toBe(file);
      expect(type.name).toMatch(new RegExp(`^${provider}_[a-z0-9_]+$`));
      expect(type.summary).toMatch(/^[A-Z].+\.$/);
    });

    test('names the permissions it needs, each once', () => {
      const { permissions } = load().type;
      expect(permissions.length).toBeGreaterThan(0);
      for (const permission of permissions) expect(permission).toMatch(options.permission);
      expect(new Set(permissions).size).toBe(permissions.length);
    });

    test('maps to items of its classes, with every mapped field set in one of them', () => {
      const { type, records, scope } = load();
      const set = new Map<string, boolean>();
      for (const record of records) {
        const item = type.toItem(record, scope);
        expect(type.ci_types).toContain(observedItemSchema.parse(item).ci_type);
        const { attributes = {}, ...fields } = item;
        const named = Object.entries(attributes).map(([key, value]) => [
          `attributes.${key}`,
          value,
        ]);
        for (const [field, value] of [...Object.entries(fields), ...named] as [string, unknown][]) {
          set.set(field, set.get(field) === true || isSet(value));
        }
      }
      // What tags tell is tested with tags, and not every type has a service that knows them.
      const isFromTags = (field: string) =>
        /^(tags|owner|team|cost_center|environment|environment_source)$/.test(field);
      expect([...set].filter(([field, isEverSet]) => !isEverSet && !isFromTags(field))).toEqual([]);
    });

    test('makes every relation that it declares, and no other', () => {
      const { type, records, scope } = load();
      const made = records.flatMap((record) =>
        type.references(record, scope).map(({ relation }) => relation),
      );
      expect([...new Set(made)].sort()).toEqual(Object.keys(type.relations).sort());
    });

    test('has ids that no other record has, read from records that do not parse, too', () => {
      const { type, raw, scope } = load();
      const ids = raw.map((record) => type.nativeId(record, scope));
      for (const id of ids) expect(id).toMatch(options.nativeId);
      expect(new Set(ids).size).toBe(raw.length);
      for (const record of [null, 7, 'text', [], {}, { Arn: 7, Id: 7, Name: 7 }]) {
        expect(type.nativeId(record, scope)).toBeNull();
      }
      for (const record of raw) {
        const odd = { ...(record as object), ...options.oddFields };
        expect(type.nativeId(odd, scope)).toMatch(options.nativeId);
      }
    });

    test('writes its keys as the provider does, and answers to its own id', () => {
      const { type, raw, records, scope } = load();
      records.forEach((record, index) => {
        const keys = type.keys(record, scope);
        const references = type.references(record, scope);
        for (const key of [...keys, ...references.map((reference) => reference.key)]) {
          expect(key).toMatch(options.key);
          expect(key).not.toMatch(/undefined|null|::$/);
        }
        expect(keys).toContain(type.nativeId(raw[index], scope));
      });
    });

    test('names as volatile only fields that it has', () => {
      const { type, records, scope } = load();
      const items = records.map((record) => type.toItem(record, scope));
      for (const path of type.volatile) {
        const field = path.replace(/^attributes\./, '');
        expect(items.some((item) => field in item || field in (item.attributes ?? {}))).toBe(true);
      }
    });

    test('reads no secret', () => {
      const { type, records, scope } = load();
      const read = records.map((record) => [
        record,
        type.toItem(record, scope),
        type.keys(record, scope),
        type.references(record, scope),
      ]);
      expect(JSON.stringify(read)).not.toContain('hunter2');
    });
  });

  test('no two items share a key, which would make it resolve to neither', () => {
    const owners = new Map<string, string>();
    const shared: string[] = [];
    for (const { type, raw, scope } of cases.values()) {
      for (const one of raw) {
        const owner = `${type.name} ${type.nativeId(one, scope)}`;
        for (const key of type.keys(type.record.parse(one), scope)) {
          const other = owners.get(key);
          if (other !== undefined && other !== owner) shared.push(`${key}: ${other}, ${owner}`);
          owners.set(key, owner);
        }
      }
    }
    expect(shared).toEqual([]);
  });

  test('no fixtures are left of a type that is gone', async () => {
    expect((await fixtureFiles(provider)).filter((file) => !files.includes(file))).toEqual([]);
  });
}

function isSet(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value === 'object' ? Object.keys(value).length > 0 : true;
}
