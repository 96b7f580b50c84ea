import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { declareRelation } from '../../../../db/postgres/declared/declare-relation.ts';
import {
  getDeclaredRelation,
  listDeclaredRelations,
} from '../../../../db/postgres/declared/list-declared-relations.ts';
import { withdrawRelation } from '../../../../db/postgres/declared/withdraw-relation.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { relate } from '../../../../db/postgres/relate.ts';
import { declaredRelationSchema } from '../../../../model/declared-relation.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'declare relation test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const declare = (declared_id: string, relation: object, mode: 'create' | 'replace' = 'replace') =>
  declareRelation(db, {
    declared_id,
    relation: declaredRelationSchema.parse({ relationship_type: 'depends_on', ...relation }),
    by: 'ada',
    mode,
  });

/** Current relationships of an account as `type source>target weight`. */
async function edges(account: string): Promise<string[]> {
  await relate(db, null, 1_000);
  const { rows } = await sql<{ edge: string }>`
    select relationship_type || ' ' || source.name || '>' || target.name || ' ' || weight as edge
    from relationships edge
    join items source on source.ci_id = source_ci_id
    join items target on target.ci_id = target_ci_id
    where valid_to is null and source.account = ${account} order by 1
  `.execute(db);
  return rows.map(({ edge }) => edge);
}

test('two discovered items are related by a person’s word, as long as both are there', async () => {
  const account = 'two';
  const b = { id: 'b', keys: ['two:b'] };
  const between = { source: thingId('a', account), target: 'two:b' };
  expect(await declare('two', between)).toEqual({ kind: 'done', is_new: true, is_changed: true });
  expect(await edges(account)).toEqual([]);
  expect((await getDeclaredRelation(db, 'two'))?.relationship_id).toBeNull();
  await discoverThings(db, [{ id: 'a' }, b], { account });
  expect(await edges(account)).toEqual(['depends_on a>b 1']);
  expect((await getDeclaredRelation(db, 'two'))?.relationship_id).not.toBeNull();
  await discoverThings(db, [{ id: 'a' }], { account });
  expect(await edges(account)).toEqual([]);
  await discoverThings(db, [b], { account });
  expect(await edges(account)).toEqual([]);
  await discoverThings(db, [{ id: 'a' }, b], { account });
  expect(await edges(account)).toEqual(['depends_on a>b 1']);
});

test('the same again changes nothing; another is followed, and ends with its withdrawal', async () => {
  const account = 'follow';
  await discoverThings(db, [{ id: 'a' }, { id: 'b' }, { id: 'c' }], { account });
  const from = (target: string, more: object = {}) => ({
    source: thingId('a', account),
    target: thingId(target, account),
    ...more,
  });
  await declare('follow', from('b'), 'create');
  expect(await declare('follow', from('b'))).toMatchObject({ is_new: false, is_changed: false });
  expect(await declare('follow', from('b'), 'create')).toEqual({ kind: 'exists' });
  expect(await edges(account)).toEqual(['depends_on a>b 1']);
  await declare('follow', from('b', { weight: 3 }));
  expect(await edges(account)).toEqual(['depends_on a>b 3']);
  await declare('follow', from('c', { relationship_type: 'uses' }));
  expect(await edges(account)).toEqual(['uses a>c 1']);
  expect(await withdrawRelation(db, 'follow', 'grace')).toBe(true);
  expect(await withdrawRelation(db, 'follow', 'grace')).toBe(false);
  expect(await edges(account)).toEqual([]);
  const { rows } = await sql`
    select declared_by, withdrawn_by from declared_relations where declared_id = 'follow'
  `.execute(db);
  expect(rows).toEqual([{ declared_by: 'ada', withdrawn_by: 'grace' }]);
  expect(await declare('follow', from('c'), 'create')).toMatchObject({ is_new: true });
  expect(await edges(account)).toEqual(['depends_on a>c 1']);
});

test('a relationship that a source tells, too, outlives the person’s word', async () => {
  const account = 'both say';
  const things = [
    { id: 'a', needs: ['both:b'] },
    { id: 'b', keys: ['both:b'] },
  ];
  await discoverThings(db, things, { account });
  await declare('both', { source: thingId('a', account), target: 'both:b' });
  expect(await edges(account)).toEqual(['depends_on a>b 1']);
  await withdrawRelation(db, 'both', 'ada');
  expect(await edges(account)).toEqual(['depends_on a>b 1']);
});

test('they are listed by their ids, page by page, without those that were withdrawn', async () => {
  for (const id of ['list-c', 'list-a', 'list-b', 'list-d']) {
    await declare(id, { source: 'x', target: 'y' });
  }
  await withdrawRelation(db, 'list-b', 'ada');
  const first = await listDeclaredRelations(db, 2, 'list');
  expect(first.map(({ declared_id }) => declared_id)).toEqual(['list-a', 'list-c']);
  const [next] = await listDeclaredRelations(db, 1, 'list-c');
  expect(next).toMatchObject({
    declared_id: 'list-d',
    declared_by: 'ada',
    declaration: { source: 'x', target: 'y', relationship_type: 'depends_on' },
    relationship_id: null,
  });
});
