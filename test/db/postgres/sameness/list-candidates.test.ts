import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { migrateToLatest, migrateUpTo } from '../../../../db/postgres/migrate.ts';
import { listCandidates } from '../../../../db/postgres/sameness/list-candidates.ts';
import { discoverSeen, seenId } from '../../../support/seen.ts';
import { createTestDatabase } from '../../../support/stores.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'candidates test' });
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function candidates(): Promise<string[]> {
  const { candidates: found, next } = await listCandidates(db, { restriction: null }, 100, null);
  expect(next).toBeNull();
  return found.map(({ items, weak_keys }) => {
    const names = items.map(({ provider, name }) => `${provider}:${name}`).sort();
    return `${names.join(' ')} by ${weak_keys.join(', ')}`;
  });
}

test('an inventory of before is migrated, with names and addresses of any length', async () => {
  await migrateUpTo(db, '0001-initial');
  const fields = () => ({
    hostname: randomBytes(6_000).toString('hex'),
    ip_address: randomBytes(6_000).toString('hex'),
    name: randomBytes(6_000).toString('hex'),
  });
  await db.transaction().execute(async (trx) => {
    // As version 0.1.0 wrote it: promotion and relate of this one ask for what the migration makes.
    await sql`insert into scopes values
      ('00000000-0000-4000-8000-000000000001', 'host', 'old', null, 'global')`.execute(trx);
    await sql`insert into slices (slice_id, scope_id, resource_type) values
      ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'old')`.execute(
      trx,
    );
    const body = JSON.stringify({
      ...fields(),
      ci_type: 'server',
      display_name: 'old',
      status: 'active',
      environment: 'unknown',
    });
    await sql`insert into items (
        ci_id, slice_id, provider, account, resource_type, body, observed_status, content_hash,
        links_hash, volatile_hash, version, changes, created_tick, valid_from
      )
      select '00000000-0000-4000-8000-000000000003', slice_id, 'host', 'old', 'old', ${body}::jsonb,
        'active', slice_id, slice_id, slice_id, 1, '{}', 1, 1
      from slices`.execute(trx);
  });
  await migrateToLatest(db);
  await discoverSeen(db, 'gcp', [{ id: 'long', fields: fields() }]);
  const long = seenId('gcp', 'long');
  expect(await db.selectFrom('items').select('ci_id').where('ci_id', '=', long).execute()).toEqual([
    { ci_id: long },
  ]);
  expect(await candidates()).toEqual([]);
});

test('those behind thousands of others are found, and values that many share are passed over', async () => {
  const numbers = Array.from({ length: 2_300 }, (_, n) => n);
  await discoverSeen(
    db,
    'host',
    [
      ...numbers.map((n) => ({ id: `own-${n}`, fields: { hostname: 'every-machine' } })),
      { id: 'h-last', fields: { hostname: 'z-last' } },
    ],
    'thousands',
  );
  await discoverSeen(
    db,
    'aws',
    [
      { id: 'a-last', fields: { hostname: 'z-last' } },
      { id: 'own-7', fields: { hostname: 'every-machine' } },
    ],
    'thousands',
  );
  expect(await candidates()).toEqual([
    'aws:a-last host:h-last by hostname',
    // Its host name is that of everybody, and tells nothing: its name does.
    'aws:own-7 host:own-7 by hostname, name',
  ]);
});

test('what is missing, or retired by its source, is no candidate', async () => {
  const gone = [{ id: 'gone', fields: { status: 'retired' } }];
  await discoverSeen(db, 'gcp', gone, 'gone');
  await discoverSeen(db, 'kubernetes', [{ id: 'gone' }, { id: 'away' }], 'gone');
  await discoverSeen(db, 'aws', [{ id: 'away' }], 'gone');
  const before = await candidates();
  expect(before.filter((pair) => pair.includes('gone'))).toEqual([]);
  expect(before.filter((pair) => pair.includes('away'))).toHaveLength(1);
  await discoverSeen(db, 'aws', [], 'gone');
  expect((await candidates()).filter((pair) => pair.includes('away'))).toEqual([]);
});
