import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { declareItem } from '../../../../db/postgres/declared/declare-item.ts';
import { getDeclaredItem } from '../../../../db/postgres/declared/get-declared-item.ts';
import { withdrawItem } from '../../../../db/postgres/declared/withdraw-item.ts';
import { getCoverage } from '../../../../db/postgres/get-coverage.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { overrideItem } from '../../../../db/postgres/override-item.ts';
import { relate } from '../../../../db/postgres/relate.ts';
import { declaredItemSchema } from '../../../../model/declared-item.ts';
import { declaredCiId } from '../../../../model/declared-scope.ts';
import { discoverCatalogue } from '../../../support/catalogue.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'declare item test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(async () => {
  await sql`truncate items, item_versions, item_keys, item_references, resolved_references,
    relationships, relate_queue, item_absences, item_sources, runs, slices, scopes, declared_items,
    declared_relations, item_overrides cascade`.execute(db);
});

interface How {
  by?: string;
  mode?: 'create' | 'replace';
  expected_version?: number | null;
}

const declare = (
  item: object,
  { by = 'ada', mode = 'replace', expected_version = null }: How = {},
) =>
  declareItem(db, {
    item: declaredItemSchema.parse({ ci_type: 'application', ...item }),
    by,
    mode,
    expected_version,
  });

const withdraw = (declared_id: string, expected_version: number | null = null) =>
  withdrawItem(db, { declared_id, by: 'grace', expected_version });

async function read(declaredId: string) {
  const item = await getItem(db, declaredCiId(declaredId));
  if (!item) throw new Error(`there is no ${declaredId}`);
  return item;
}

/** Current relationships as `type: source>target`, by names. */
async function edges(): Promise<string[]> {
  await relate(db, null, 1_000);
  const { rows } = await sql<{ edge: string }>`
    select relationship_type || ': ' || source.name || '>' || target.name as edge
    from relationships edge
    join items source on source.ci_id = source_ci_id
    join items target on target.ci_id = target_ci_id
    where valid_to is null order by 1
  `.execute(db);
  return rows.map(({ edge }) => edge);
}

describe('what a person declares', () => {
  test('is an item at once, with who declared it', async () => {
    const item = { declared_id: 'shop', name: 'Shop', owner: 'ada', environment: 'production' };
    expect(await declare(item)).toMatchObject({ kind: 'done', is_new: true, is_changed: true });
    expect(await read('shop')).toMatchObject({
      ci_type: 'application',
      name: 'Shop',
      owner: 'ada',
      environment: 'production',
      provider: 'declared',
      account: 'declared',
      resource_type: 'declared_item',
      version: 1,
      missing_since: null,
    });
    expect(await getDeclaredItem(db, 'shop')).toMatchObject({
      ci_id: declaredCiId('shop'),
      declared_by: 'ada',
      declaration: { declared_id: 'shop', owner: 'ada' },
    });
  });

  test('is the same when it is declared again, and nothing is written', async () => {
    await declare({ declared_id: 'shop', relations: [{ relationship_type: 'uses', target: 'x' }] });
    const written = async () =>
      (
        await sql`
          select (select string_agg(xmin::text, '') from items) as items,
            (select string_agg(xmin::text, '') from item_keys) as keys,
            (select string_agg(xmin::text, '') from item_references) as refs,
            (select string_agg(xmin::text, '') from declared_items) as declared,
            (select count(*) from ticks) as ticks
        `.execute(db)
      ).rows;
    const before = await written();
    const again = { declared_id: 'shop', relations: [{ relationship_type: 'uses', target: 'x' }] };
    expect(await declare(again, { by: 'grace' })).toMatchObject({
      kind: 'done',
      is_new: false,
      is_changed: false,
    });
    expect(await written()).toEqual(before);
  });

  test('is a new version where it changed, by whom', async () => {
    await declare({ declared_id: 'shop', attributes: { tier: 1 } });
    await declare({ declared_id: 'shop', attributes: { tier: 2 } }, { by: 'grace' });
    expect((await read('shop')).change_history).toMatchObject([
      {
        version: 2,
        run_id: null,
        changed_by: 'grace',
        changes: { 'attributes.tier': { old: 1, new: 2 } },
      },
    ]);
  });

  test('may be of another class later, and is the same item', async () => {
    await declare({ declared_id: 'shop' });
    await declare({ declared_id: 'shop', ci_type: 'database', db_type: 'oracle' });
    expect(await read('shop')).toMatchObject({
      ci_type: 'database',
      db_type: 'oracle',
      version: 2,
    });
  });

  test('is created once, and replaced only where it is the version that was meant', async () => {
    await declare({ declared_id: 'shop' }, { mode: 'create' });
    expect(await declare({ declared_id: 'shop' }, { mode: 'create' })).toMatchObject({
      kind: 'exists',
    });
    const changed = { declared_id: 'shop', owner: 'x' };
    expect(await declare(changed, { expected_version: 1 })).toMatchObject({ kind: 'done' });
    expect(await declare(changed, { expected_version: 1 })).toEqual({ kind: 'stale', version: 2 });
    expect(await declare({ declared_id: 'new' }, { expected_version: 1 })).toEqual({
      kind: 'stale',
      version: null,
    });
  });

  test('yields to what a person set of it', async () => {
    await declare({ declared_id: 'shop', owner: 'first' });
    const ci_id = declaredCiId('shop');
    await overrideItem(db, { ci_id, change: { owner: 'set' }, by: 'ada', expected_version: null });
    await declare({ declared_id: 'shop', owner: 'second' });
    expect(await read('shop')).toMatchObject({
      owner: 'set',
      version: 2,
      overrides: { owner: { observed: 'second' } },
    });
  });

  test('by many at once is one item', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) => declare({ declared_id: 'shop', owner: `owner-${n}` })),
    );
    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    expect((await read('shop')).version).toBe(8);
  });

  test('keeps no secret in its tags', async () => {
    await declare({ declared_id: 'shop', tags: { db_password: 'hunter2', team: 'core' } });
    expect(JSON.stringify(await read('shop'))).not.toContain('hunter2');
  });
});

describe('relationships', () => {
  test('of the contract’s attributes lead to declared and to discovered items', async () => {
    await discoverThings(db, [{ id: 'host' }, { id: 'redis', keys: ['dns:cache.example.com'] }]);
    await declare({
      declared_id: 'app',
      attributes: { server_id: thingId('host'), cache_id: 'cache.example.com' },
    });
    await declare({
      declared_id: 'svc',
      ci_type: 'service',
      network: 'dc1',
      attributes: {
        database_dependencies: ['ledger'],
        network_connections: [{ remote_ip: '10.0.0.9', port: 1521, connection_count: 40 }],
      },
    });
    expect(await edges()).toEqual(['hosted_on: app>host', 'uses: app>redis']);
    await declare({
      declared_id: 'ledger',
      ci_type: 'database',
      network: 'dc1',
      ip_address: '10.0.0.9',
    });
    expect(await edges()).toEqual([
      'communicates_with: svc>ledger',
      'depends_on: svc>ledger',
      'hosted_on: app>host',
      'uses: app>redis',
    ]);
    const { rows } = await sql`
      select relationship_type, weight, spread, attributes, run_id from relationships
      where relationship_type in ('communicates_with', 'uses') order by 1
    `.execute(db);
    expect(rows).toEqual([
      {
        relationship_type: 'communicates_with',
        weight: 0.4,
        spread: 'none',
        attributes: { port: 1521, connection_count: 40 },
        run_id: null,
      },
      { relationship_type: 'uses', weight: 0.8, spread: 'forward', attributes: {}, run_id: null },
    ]);
  });

  test('end with the words that made them', async () => {
    await declare({ declared_id: 'b' });
    const relations = [{ relationship_type: 'depends_on', target: 'b' }];
    await declare({ declared_id: 'a', relations });
    expect(await edges()).toEqual(['depends_on: a>b']);
    await declare({ declared_id: 'a' });
    expect(await edges()).toEqual([]);
  });

  test('take spread, weight and group from the person', async () => {
    await declare({ declared_id: 'b' });
    await declare({
      declared_id: 'a',
      relations: [
        {
          relationship_type: 'part_of',
          target: 'b',
          spread: 'forward',
          weight: 7,
          redundancy_group: 'g',
          min_up: 2,
        },
      ],
    });
    await edges();
    const { rows } = await sql`
      select weight, spread, redundancy_group, min_up from relationships
    `.execute(db);
    expect(rows).toEqual([{ weight: 7, spread: 'forward', redundancy_group: 'g', min_up: 2 }]);
  });
});

describe('what a person withdraws', () => {
  test('is retired at once, with who withdrew it, and leaves its relationships', async () => {
    await declare({ declared_id: 'b' });
    await declare({ declared_id: 'a', attributes: { server_id: 'b' } });
    expect(await edges()).toHaveLength(1);
    expect(await withdraw('b')).toEqual({ kind: 'done' });
    const gone = await read('b');
    expect(gone).toMatchObject({ status: 'retired', version: 2 });
    expect(gone.retired_at).not.toBeNull();
    expect(gone.change_history[0]).toMatchObject({ changed_by: 'grace', run_id: null });
    expect(await edges()).toEqual([]);
    expect(await getDeclaredItem(db, 'b')).toBeNull();
    expect(await withdraw('b')).toEqual({ kind: 'unknown' });
  });

  test('is back when it is declared again', async () => {
    await declare({ declared_id: 'b' });
    await declare({ declared_id: 'a', attributes: { server_id: 'b' } });
    await withdraw('b');
    expect(await declare({ declared_id: 'b' }, { mode: 'create' })).toMatchObject({ is_new: true });
    expect(await read('b')).toMatchObject({ status: 'active', version: 3, retired_at: null });
    expect(await edges()).toEqual(['hosted_on: a>b']);
    const { rows } = await sql`select from item_absences where to_tick is null`.execute(db);
    expect(rows).toHaveLength(0);
  });

  test('is withdrawn only where it is the version that was meant', async () => {
    await declare({ declared_id: 'b' });
    await declare({ declared_id: 'b', owner: 'x' });
    expect(await withdraw('b', 1)).toEqual({ kind: 'stale', version: 2 });
    expect(await withdraw('b', 2)).toEqual({ kind: 'done' });
    expect(await withdraw('nobody')).toEqual({ kind: 'unknown' });
  });
});

describe('beside a catalogue', () => {
  const service = (declared_id: string, owner?: string) => ({
    declared_id,
    ci_type: 'service' as const,
    ...(owner ? { owner } : {}),
  });

  test('an item of a file is the file’s', async () => {
    await discoverCatalogue(db, { 'a.yaml': [service('shop')] });
    expect(await declare({ declared_id: 'shop' })).toEqual({ kind: 'elsewhere', file: 'a.yaml' });
    expect(await withdraw('shop')).toEqual({ kind: 'elsewhere', file: 'a.yaml' });
  });

  test('a file that is gone retires nothing, and leaves its items to people', async () => {
    await discoverCatalogue(db, { 'a.yaml': [service('shop'), service('other')], 'b.yaml': [] });
    for (let run = 0; run < 3; run++) await discoverCatalogue(db, { 'b.yaml': [] });
    expect(await read('shop')).toMatchObject({ status: 'active', missing_since: null });
    expect(await withdraw('shop')).toEqual({ kind: 'done' });
    expect(await declare({ declared_id: 'other', owner: 'ada' })).toMatchObject({
      kind: 'done',
      is_new: false,
    });
    expect((await read('other')).owner).toBe('ada');
    // The file comes back as it was: it is what holds, and not what was known of it then.
    await discoverCatalogue(db, { 'a.yaml': [service('shop'), service('other')], 'b.yaml': [] });
    expect(await read('other')).toMatchObject({ owner: null, status: 'active' });
    expect(await read('shop')).toMatchObject({ status: 'active' });
  });

  test('an entry that is taken out of a file goes by the rule for every listing', async () => {
    await discoverCatalogue(db, { 'a.yaml': [service('shop'), service('other')] });
    await discoverCatalogue(db, { 'a.yaml': [service('other')] });
    expect(await read('shop')).toMatchObject({ status: 'active' });
    expect((await read('shop')).missing_since).not.toBeNull();
    await discoverCatalogue(db, { 'a.yaml': [service('other')] });
    expect(await read('shop')).toMatchObject({ status: 'retired' });
  });

  test('an entry that moves to another file is the same item, and goes from nowhere', async () => {
    await discoverCatalogue(db, { 'a.yaml': [service('shop')], 'b.yaml': [] });
    for (let run = 0; run < 3; run++) {
      await discoverCatalogue(db, { 'b.yaml': [service('shop', 'ada')] });
    }
    expect(await read('shop')).toMatchObject({ status: 'active', owner: 'ada', version: 2 });
  });

  test('what the API declares is no part of what runs cover', async () => {
    await declare({ declared_id: 'shop' });
    await discoverCatalogue(db, { 'a.yaml': [service('other')] });
    expect(await getCoverage(db)).toMatchObject({
      slices: 1,
      complete: 1,
      unscheduled: 0,
      never: 0,
    });
    expect(await read('shop')).toMatchObject({ status: 'active', missing_since: null });
  });
});
