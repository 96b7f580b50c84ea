import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const BASE = '/api/v3/cmdb';

/** web → db → disk → rack ← mail, an alarm that watches web, and an island. */
const ESTATE: Part[] = [
  { id: 'web', environment: 'production', links: [{ relation: 'depends_on', to: 'db' }] },
  { id: 'db', links: [{ relation: 'uses', to: 'disk' }] },
  { id: 'disk', links: [{ relation: 'hosted_on', to: 'rack' }] },
  { id: 'rack' },
  { id: 'mail', links: [{ relation: 'hosted_on', to: 'rack' }] },
  { id: 'alarm', links: [{ relation: 'monitors', to: 'web' }] },
  { id: 'island' },
];

let api: TestApi;
/** Before db was moved from one disk to another. */
let before: string;

beforeAll(async () => {
  api = await startTestApi();
  await discoverParts(api.db, ESTATE);
  const { body } = await api.ask(`${BASE}/ci/${partId('db')}/relationships`);
  before = body.items[0].created_at;
  const moved = ESTATE.map(
    (part): Part =>
      part.id === 'db' ? { ...part, links: [{ relation: 'uses', to: 'new-disk' }] } : part,
  );
  await discoverParts(api.db, [...moved, { id: 'new-disk' }]);
}, 300_000);

afterAll(() => api.close());

const nameOf = (ciId: string) =>
  ['new-disk', ...ESTATE.map(({ id }) => id)].find((id) => partId(id) === ciId);
const drawn = (edges: Array<{ source_ci_id: string; target_ci_id: string }>) =>
  edges.map((edge) => `${nameOf(edge.source_ci_id)}>${nameOf(edge.target_ci_id)}`).sort();

describe('the relationships of an item', () => {
  const ask = async (query = '') =>
    (await api.ask(`${BASE}/ci/${partId('web')}/relationships${query}`)).body;

  test('are all of them, each with its other end and where it is known from', async () => {
    const { items, next_cursor } = await ask();
    expect(drawn(items)).toEqual(['alarm>web', 'web>db']);
    expect(next_cursor).toBeNull();
    const toDb = items.find(({ other }: { other: { name: string } }) => other.name === 'db');
    expect(toDb).toMatchObject({
      direction: 'out',
      relationship_type: 'depends_on',
      spread: 'forward',
      is_valid: true,
      weight: 1,
      provenance: { relation: 'depends_on', referrer_id: partId('web') },
    });
    const run = await api.db.selectFrom('runs').select('run_id').orderBy('run_order').execute();
    expect(toDb.provenance.run_id).toBe(run[0]?.run_id);
    // The second run has proven again what the first had found.
    expect(Date.parse(toDb.validation_timestamp)).toBeGreaterThan(Date.parse(toDb.created_at));
  });

  test('go one way, or are of one type', async () => {
    expect(drawn((await ask('?direction=out')).items)).toEqual(['web>db']);
    expect(drawn((await ask('?direction=in')).items)).toEqual(['alarm>web']);
    expect(drawn((await ask('?relations=monitors,uses')).items)).toEqual(['alarm>web']);
  });

  test('come in pages that lose and repeat nothing', async () => {
    const first = await ask('?limit=1');
    const second = await ask(`?limit=1&cursor=${first.next_cursor}`);
    expect(second.next_cursor).toBeNull();
    expect(drawn([...first.items, ...second.items])).toEqual(['alarm>web', 'web>db']);
  });

  test('are those that held then', async () => {
    const now = await api.ask(`${BASE}/ci/${partId('db')}/relationships?direction=out`);
    expect(drawn(now.body.items)).toEqual(['db>new-disk']);
    const then = await api.ask(
      `${BASE}/ci/${partId('db')}/relationships?direction=out&as_of=${before}`,
    );
    expect(drawn(then.body.items)).toEqual(['db>disk']);
  });

  test('of an item that is not there are not found', async () => {
    expect((await api.ask(`${BASE}/ci/${partId('none')}/relationships`)).status).toBe(404);
  });
});

describe('a path', () => {
  const ask = async (from: string, to: string, query = '') =>
    (await api.ask(`${BASE}/path?from=${partId(from)}&to=${partId(to)}${query}`)).body;
  const named = (items: Array<{ name: string }>) => items.map(({ name }) => name);

  test('leads over relationships of any type, whichever way they point', async () => {
    const body = await ask('alarm', 'new-disk');
    expect(body).toMatchObject({ connected: true, hops: 3, truncated: false });
    expect(named(body.items)).toEqual(['alarm', 'web', 'db', 'new-disk']);
    expect(
      body.relationships.map(({ relationship_type }: Record<string, string>) => relationship_type),
    ).toEqual(['monitors', 'depends_on', 'uses']);
    expect(named((await ask('mail', 'disk')).items)).toEqual(['mail', 'rack', 'disk']);
  });

  test('may be none, at all, or within so many hops', async () => {
    expect(await ask('web', 'island')).toMatchObject({
      connected: false,
      hops: null,
      items: [],
      relationships: [],
      truncated: false,
    });
    expect((await ask('alarm', 'new-disk', '&max_hops=2')).connected).toBe(false);
    expect(await ask('web', 'web')).toMatchObject({ connected: true, hops: 0 });
  });

  test('is that of another time when asked about it', async () => {
    expect((await ask('web', 'mail')).connected).toBe(false);
    const then = await ask('web', 'mail', `&as_of=${before}`);
    expect(named(then.items)).toEqual(['web', 'db', 'disk', 'rack', 'mail']);
  });

  test('needs two items that are there', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    const answer = await api.ask(`${BASE}/path?from=${partId('web')}&to=${unknown}`);
    expect([answer.status, answer.body.errors[0].field]).toEqual([404, 'to']);
    const without = await api.ask(`${BASE}/path?from=${partId('web')}`);
    expect([without.status, without.body.errors[0].field]).toEqual([400, 'to']);
  });
});

describe('the surroundings of an item', () => {
  const ask = async (id: string, query: string) =>
    (await api.ask(`${BASE}/graph?ci_id=${partId(id)}${query}`)).body;
  const told = (nodes: Array<{ name: string; hops: number; left_out: number }>) =>
    nodes.map(({ name, hops, left_out }) => `${name} ${hops} ${left_out}`).sort();

  test('say of each item how many of its relationships are not drawn', async () => {
    const one = await ask('web', '&depth=1');
    expect(told(one.nodes)).toEqual(['alarm 1 0', 'db 1 1', 'web 0 0']);
    expect(drawn(one.edges)).toEqual(['alarm>web', 'web>db']);
    const two = await ask('web', '&depth=2');
    expect(told(two.nodes)).toEqual(['alarm 1 0', 'db 1 0', 'new-disk 2 0', 'web 0 0']);
    expect(two.truncated).toBe(false);
  });

  test('are cut at a limit, and say so', async () => {
    const { nodes, truncated } = await ask('web', '&depth=3&limit=2');
    expect(nodes).toHaveLength(2);
    expect(truncated).toBe(true);
    const web = nodes.find(({ name }: { name: string }) => name === 'web');
    expect(web.left_out).toBe(1);
  });

  test('are those of another time when asked about it', async () => {
    const then = await ask('db', `&depth=1&as_of=${before}`);
    expect(drawn(then.edges)).toEqual(['db>disk', 'web>db']);
  });

  test('of an item that is not there are not found', async () => {
    expect((await api.ask(`${BASE}/graph?ci_id=${partId('none')}`)).status).toBe(404);
  });
});
