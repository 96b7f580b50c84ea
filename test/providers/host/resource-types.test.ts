import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { observedItemSchema } from '../../../model/configuration-item.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { RECORDS, SCOPE } from './estate.ts';

const FOLDER = new URL('../../../providers/host/resources/', import.meta.url);
const NAMES = [
  'host_block_storage',
  'host_container',
  'host_network_interface',
  'host_process',
  'host_server',
];
const types = new Map<string, AnyResourceType>();

beforeAll(async () => {
  for (const file of await readdir(FOLDER)) {
    const loaded = (await import(new URL(file, FOLDER).href)) as { resourceType: AnyResourceType };
    types.set(loaded.resourceType.name, loaded.resourceType);
  }
});

test('every file of the folder is a resource type, and every one is tested here', () => {
  expect([...types.keys()].sort()).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  const load = () => {
    const type = types.get(name);
    if (!type) throw new Error(`no resource type ${name}`);
    const raw = RECORDS[name] ?? [];
    return { type, raw, records: raw.map((record) => type.record.parse(record)) };
  };

  test('maps to items of its classes, with every mapped field set in one of them', () => {
    const { type, records } = load();
    const set = new Map<string, boolean>();
    for (const record of records) {
      const item = type.toItem(record, SCOPE);
      expect(type.ci_types).toContain(observedItemSchema.parse(item).ci_type);
      const attributes = Object.entries(item.attributes ?? {});
      for (const [field, value] of [
        ...Object.entries(item),
        ...attributes.map(([key, v]) => [`attributes.${key}`, v] as const),
      ]) {
        set.set(field, set.get(field) === true || isSet(value));
      }
    }
    expect([...set].filter(([, isEverSet]) => !isEverSet)).toEqual([]);
  });

  test('uses every relation that it declares, and no other', () => {
    const { type, records } = load();
    const used = records.flatMap((record) =>
      type.references(record, SCOPE).map(({ relation }) => relation),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(type.relations).sort());
  });

  test('has ids that no other has, read from records that do not parse, too', () => {
    const { type, raw, records } = load();
    const ids = raw.map((record) => type.nativeId(record, SCOPE));
    expect(new Set(ids).size).toBe(records.length);
    for (const id of ids) expect(id).toMatch(/^m1(\/|$)/);
    for (const record of [null, 7, {}, { name: 7 }, { engine: { Names: [] } }]) {
      expect(() => type.nativeId(record, SCOPE)).not.toThrow();
    }
  });

  test('refers to the machine by the key that the machine announces', () => {
    const { type, records } = load();
    const server = types.get('host_server');
    const serverKeys = server?.keys(server.record.parse(RECORDS.host_server?.[0]), SCOPE);
    if (name === 'host_server') return;
    for (const record of records) {
      const keys = type.references(record, SCOPE).map(({ key }) => key);
      expect(serverKeys?.some((key) => keys.includes(key))).toBe(true);
    }
  });

  test('names as volatile only fields that it has', () => {
    const { type, records } = load();
    const items = records.map((record) => type.toItem(record, SCOPE));
    for (const path of type.volatile) {
      const field = path.replace(/^attributes\./, '');
      expect(items.some(({ attributes }) => attributes && field in attributes)).toBe(true);
    }
  });
});

test('no key of one type is also a key of another, which would make both ambiguous', () => {
  const keys = [...types.values()].flatMap((type) =>
    (RECORDS[type.name] ?? []).flatMap((raw) => type.keys(type.record.parse(raw), SCOPE)),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test("a container's command line is not read", () => {
  const type = types.get('host_container');
  const record = type?.record.parse(RECORDS.host_container?.[0]);
  expect(JSON.stringify(record)).not.toContain('hunter2');
});

function isSet(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value === 'object' ? Object.keys(value).length > 0 : true;
}
