import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const BASE = '/api/v3/cmdb';

const ESTATE: Part[] = [
  { id: 'a', wants: ['dns:db.example', 'dns:mail.example'] },
  { id: 'b', wants: ['dns:db.example'], links: [{ relation: 'uses', to: 'lost' }] },
  { id: 'c', wants: ['dns:db.example', 'dns:twin.example', 'dns:known.example'] },
  { id: 'one', keys: ['dns:twin.example', 'dns:known.example'] },
  { id: 'two', keys: ['dns:twin.example', 'unwanted'] },
  { id: 'three', keys: ['unwanted'] },
  { id: 'self', keys: ['dns:self.example'], wants: ['dns:self.example'] },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverParts(api.db, ESTATE);
}, 300_000);

afterAll(() => api.close());

type Item = { key: string; wanted: number };
const told = (items: Item[]) => items.map(({ key, wanted }) => `${key} ${wanted}`);
const unresolved = async (query = '') =>
  (await api.ask(`${BASE}/references/unresolved${query}`)).body;
const ambiguous = async (query = '') => (await api.ask(`${BASE}/keys/ambiguous${query}`)).body;

describe('what is referred to and not known', () => {
  test('comes with how often, by which relations, and by whom; the most wanted first', async () => {
    const { items, next_cursor } = await unresolved();
    expect(told(items)).toEqual(['dns:db.example 3', 'dns:mail.example 1', 'part:parts/lost 1']);
    expect(next_cursor).toBeNull();
    const [db, , lost] = items;
    expect(db.relations).toEqual([
      {
        relation: 'wants',
        relationship_type: 'depends_on',
        referrer_types: ['test_part'],
        count: 3,
      },
    ]);
    expect(db.examples.map(({ name }: { name: string }) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(lost.relations[0]).toMatchObject({ relation: 'uses', relationship_type: 'uses' });
    expect(lost.examples[0].ci_id).toBe(partId('b'));
  });

  test('is narrowed by relation, by how the key begins, and by who refers', async () => {
    expect(told((await unresolved('?relations=uses')).items)).toEqual(['part:parts/lost 1']);
    expect(told((await unresolved('?prefix=dns:m')).items)).toEqual(['dns:mail.example 1']);
    expect(told((await unresolved('?prefix=%25')).items)).toEqual([]);
    expect((await unresolved('?referrer_type=test_part')).items).toHaveLength(3);
    expect(told((await unresolved('?referrer_type=other')).items)).toEqual([]);
  });

  test('comes in pages that lose and repeat nothing', async () => {
    const keys: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: Item[]; next_cursor: string | null } = await unresolved(
        `?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      keys.push(...told(page.items));
      cursor = page.next_cursor;
    }
    expect(keys).toEqual(['dns:db.example 3', 'dns:mail.example 1', 'part:parts/lost 1']);
  });
});

test('a key with two live owners is told, with its owners and who is left in the dark', async () => {
  const { items } = await ambiguous();
  expect(told(items)).toEqual(['dns:twin.example 1', 'unwanted 0']);
  expect(items[0].owner_count).toBe(2);
  expect(items[0].owners.map(({ name }: { name: string }) => name).sort()).toEqual(['one', 'two']);
  const first = await ambiguous('?limit=1');
  expect(told(first.items)).toEqual(['dns:twin.example 1']);
  const second = await ambiguous(`?limit=1&cursor=${first.next_cursor}`);
  expect(told(second.items)).toEqual(['unwanted 0']);
  expect(second.next_cursor).toBeNull();
});

test('both follow the inventory', async () => {
  const next = ESTATE.filter(({ id }) => id !== 'b' && id !== 'two').concat([
    { id: 'mail', keys: ['dns:mail.example'] },
  ]);
  await discoverParts(api.db, next);
  expect(told((await unresolved()).items)).toEqual(['dns:db.example 2']);
  expect(told((await ambiguous()).items)).toEqual([]);
});
