import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { restoreBackup } from '../../../../db/postgres/backup/restore-backup.ts';
import { TRANSIENT_TABLES } from '../../../../db/postgres/backup/tables.ts';
import { writeBackup } from '../../../../db/postgres/backup/write-backup.ts';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { overrideItem } from '../../../../db/postgres/override-item.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId } from '../../../support/things.ts';

let directory: string;
let original: TestDatabase;
let db: Db;
let file: string;
let target: TestDatabase;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cmdb-backup-test-'));
  file = join(directory, 'inventory.cmdb');
  original = await createTestDatabase();
  db = createDatabase({ url: original.url, application_name: 'backup test' });
  await migrateToLatest(db);
  await discoverThings(db, [{ id: 'a', size: 1, needs: ['thing:b'] }, { id: 'b' }, { id: 'c' }]);
  // A tab, a line end of Unicode and a backslash: what a format of lines could trip over.
  await discoverThings(db, [{ id: 'a', size: 2, owner: 'x\t\u2028y\\N\n' }, { id: 'b' }]);
  await discoverThings(db, [{ id: 'a', size: 2, owner: 'x\t\u2028y\\N\n' }, { id: 'b' }]);
  const change = { team: 'shop' };
  await overrideItem(db, { ci_id: thingId('b'), change, by: 'ann', expected_version: null });
  await writeBackup(original.url, file);
}, 120_000);

beforeEach(async () => {
  await target?.drop();
  target = await createTestDatabase();
});

afterAll(async () => {
  await target?.drop();
  await db.destroy();
  await original.drop();
  await rm(directory, { recursive: true });
});

async function contents(from: Db): Promise<Record<string, unknown>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema::regnamespace and relkind = 'r' order by 1
  `.execute(from);
  const all: Record<string, unknown> = {};
  for (const { name } of tables.filter((table) => !TRANSIENT_TABLES.has(table.name))) {
    const { rows } = await sql`
      select count(*) as rows, md5(string_agg(t::text, '|' order by t::text)) as hash
      from ${sql.table(name)} t
    `.execute(from);
    all[name] = rows[0];
  }
  return all;
}

test('what is restored is every row that was backed up, and goes on from there', async () => {
  await restoreBackup(target.url, file);
  const restored = createDatabase({ url: target.url, application_name: 'backup test' });
  try {
    expect(await contents(restored)).toEqual(await contents(db));
    expect(await getItem(restored, thingId('b'))).toEqual(await getItem(db, thingId('b')));
    expect(await getItem(restored, thingId('c'))).toMatchObject({ status: 'retired', version: 2 });
    const again = await discoverThings(restored, [{ id: 'a', size: 3 }, { id: 'b' }]);
    expect(again).toMatchObject({ added: 0, changed: 1 });
    expect(await getItem(restored, thingId('b'))).toMatchObject({ team: 'shop' });
    const { rows } = await sql`select distinct seq from outbox_consumers`.execute(restored);
    expect(rows).toEqual([{ seq: 0 }]);
  } finally {
    await restored.destroy();
  }
}, 60_000);

test('only its owner can read the file, and no draft is left', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['inventory.cmdb']);
});

test('a database that has something in it is left alone unless it is to be replaced', async () => {
  await restoreBackup(target.url, file);
  await expect(restoreBackup(target.url, file)).rejects.toThrow('not empty');
  await restoreBackup(target.url, file, { replace: true });
}, 60_000);

const damages: Record<string, [RegExp, (lines: string[]) => string[]]> = {
  'with a row changed': [
    /checksum/,
    (lines) =>
      lines.map((line) => line.replace('Thing', 'Thong').replace('synthetic', 'sympathic')),
  ],
  'with a line missing': [/checksum|cut off/, (lines) => lines.filter((_, place) => place !== 3)],
  'without its end': [/cut off/, (lines) => lines.slice(0, -1)],
  'of a newer format': [
    /newer release/,
    ([header = '', ...rest]) => [
      header.replace('"format_version":1', '"format_version":2'),
      ...rest,
    ],
  ],
  'that is something else': [/no backup/, () => ['{"hello": 1}']],
};

test.each(Object.entries(damages))(
  'a file %s is refused, and nothing is written',
  async (_, [reason, damage]) => {
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n')
      .slice(0, -1);
    const damaged = join(directory, 'damaged');
    await writeFile(damaged, gzipSync(`${damage(lines).join('\n')}\n`));
    try {
      await expect(restoreBackup(target.url, damaged)).rejects.toThrow(reason);
    } finally {
      await rm(damaged);
    }
    expect(await tablesOf(target.url)).toBe(0);
  },
);

test('a file whose end is missing is refused', async () => {
  const cut = join(directory, 'cut');
  const whole = await readFile(file);
  await writeFile(cut, whole.subarray(0, whole.length - 20));
  try {
    await expect(restoreBackup(target.url, cut)).rejects.toThrow('cannot be read');
  } finally {
    await rm(cut);
  }
  expect(await tablesOf(target.url)).toBe(0);
});

async function tablesOf(url: string): Promise<number> {
  const empty = createDatabase({ url, application_name: 'backup test', pool_size: 1 });
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_class
    where relnamespace = current_schema::regnamespace and relkind = 'r'
  `.execute(empty);
  await empty.destroy();
  return rows[0]?.count ?? -1;
}
