import { createHash, randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  DamagedBackupError,
  NewerBackupError,
  NothingToBackUpError,
  NotRestorableError,
} from '../../../../db/postgres/backup/errors.ts';
import { restoreBackup } from '../../../../db/postgres/backup/restore-backup.ts';
import { isKept, MIGRATION_TABLES, TABLES } from '../../../../db/postgres/backup/tables.ts';
import { writeBackup } from '../../../../db/postgres/backup/write-backup.ts';
import { ForeignCursorError } from '../../../../db/postgres/changes/feed-cursor.ts';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { MIGRATION_NAMES, migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { newestPlace, readChanges } from '../../../../db/postgres/read-changes.ts';
import { findToken } from '../../../../db/postgres/tokens.ts';
import { nextDelivery } from '../../../../db/postgres/webhooks/next-delivery.ts';
import { discoverEstate, partId } from '../../../api/estate.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';
import { contentsOf, fillInventory, PRESENT, tablesOf } from './inventory.ts';

const NEWEST = MIGRATION_NAMES.at(-1);
let source: TestDatabase;
let sourceDb: Db;
let filled: Awaited<ReturnType<typeof fillInventory>>;
let backup: Buffer;
const targets: Array<{ database: TestDatabase; db: Db }> = [];

beforeAll(async () => {
  source = await createTestDatabase();
  sourceDb = createDatabase({ url: source.url, application_name: 'backup test' });
  await migrateToLatest(sourceDb);
  filled = await fillInventory(sourceDb);
  backup = await backUp(source.url);
}, 120_000);

afterAll(async () => {
  await sourceDb.destroy();
  for (const { db } of targets) await db.destroy();
  await Promise.all([source, ...targets.map(({ database }) => database)].map((one) => one.drop()));
});

let target: string;
let targetDb: Db;

beforeEach(async () => {
  const database = await createTestDatabase();
  target = database.url;
  targetDb = createDatabase({ url: target, application_name: 'backup test', pool_size: 2 });
  targets.push({ database, db: targetDb });
});

async function backUp(url: string): Promise<Buffer> {
  const file = new PassThrough();
  const [bytes] = await Promise.all([buffer(file), writeBackup(file, { url, release: '9.9.9' })]);
  return bytes;
}

function restore(bytes: Buffer, may_replace = false) {
  return restoreBackup(Readable.from([bytes]), { url: target, may_replace });
}

/** The backup with its text changed, and packed anew. */
function altered(change: (text: string) => string): Buffer {
  return gzipSync(change(gunzipSync(backup).toString('utf8')));
}

/** The backup as another release would have written it. */
function withHeader(change: (header: string) => string): Buffer {
  return altered((text) => {
    const [header = '', , ...rest] = text.split('\n');
    const changed = change(header);
    const header_sha256 = createHash('sha256').update(changed).digest('hex');
    return [changed, JSON.stringify({ header_sha256 }), ...rest].join('\n');
  });
}

test('every table says what becomes of it in a backup', async () => {
  const declared = new Set<string>([...Object.keys(TABLES), ...MIGRATION_TABLES]);
  expect(new Set(await tablesOf(sourceDb))).toEqual(declared);
});

test('what was backed up is there again, to the last digit', async () => {
  const { header, migrated } = await restore(backup);
  expect(header).toMatchObject({ release: '9.9.9', schema: NEWEST });
  expect(migrated).toEqual([]);
  const [before, after] = [await contentsOf(sourceDb), await contentsOf(targetDb)];
  // A restore has a commit of its own, tells webhooks, and fills graph and cache anew.
  const changed = new Set(['ticks', 'webhooks', 'outbox_consumers']);
  for (const [table, contents] of before) {
    if (changed.has(table) || !isKept(table)) continue;
    expect({ table, contents: after.get(table) }).toEqual({ table, contents });
    expect({ table, contents }).not.toMatchObject({ contents: expect.stringMatching(/^0 rows/) });
  }
  expect(await getItem(targetDb, partId('db'))).toEqual(await getItem(sourceDb, partId('db')));
  expect(await findToken(targetDb, filled.secret)).toMatchObject({ name: 'ci', state: 'valid' });
});

test('the next discovery finds what the last one left, and versions go on', async () => {
  await restore(backup);
  const versions = async () => {
    const { rows } = await sql`select ci_id, version from items order by ci_id`.execute(targetDb);
    return rows;
  };
  const before = await versions();
  await discoverEstate(targetDb, PRESENT);
  expect(await versions()).toEqual(before);
  await discoverEstate(targetDb, [{ id: 'shop', size: 9 }, ...PRESENT.slice(1)]);
  const [old, changed] = await Promise.all([
    getItem(sourceDb, partId('shop')),
    getItem(targetDb, partId('shop')),
  ]);
  expect(changed?.version).toBe((old?.version ?? 0) + 1);
  const owner = await getItem(targetDb, partId('db'));
  expect(owner).toMatchObject({ owner: 'ada', status: 'under_maintenance' });
});

test('a place in the feed from after the backup is refused, also when time has gone on', async () => {
  await discoverEstate(sourceDb, [{ id: 'lost' }, ...PRESENT]);
  const lost = await newestPlace(sourceDb);
  await restore(backup);
  await discoverEstate(targetDb, [{ id: 'new' }, ...PRESENT]);
  await expect(readChanges(targetDb, lost, {}, 10)).rejects.toThrow(ForeignCursorError);

  const { delivery } = (await nextDelivery(targetDb, filled.webhook_id)) ?? {};
  expect(delivery?.gap).toEqual({ reason: 'restored', complete_from: null });
});

test('the graph and the cache are filled from the first commit on', async () => {
  await restore(backup);
  const consumers = await targetDb.selectFrom('outbox_consumers').selectAll().execute();
  expect(consumers.map(({ seq }) => seq)).toEqual([0, 0]);
});

test('a backup is the state after one commit, whatever is written meanwhile', async () => {
  // The reader takes nothing until more was written.
  const file = new PassThrough({ highWaterMark: 1 });
  const writing = writeBackup(file, { url: source.url, release: '9.9.9' });
  await new Promise((resolve) => file.once('readable', resolve));
  const before = await contentsOf(sourceDb);
  await discoverEstate(sourceDb, [{ id: 'meanwhile' }, ...PRESENT]);
  const [bytes] = await Promise.all([buffer(file), writing]);
  await restore(bytes);
  const after = await contentsOf(targetDb);
  for (const table of ['items', 'item_versions', 'relationships', 'item_keys']) {
    expect(after.get(table)).toBe(before.get(table));
  }
  expect((await contentsOf(sourceDb)).get('items')).not.toBe(before.get('items'));
});

test('a discovery that ran during the backup does not run after it', async () => {
  const run_id = randomUUID();
  const run = { run_id, workflow_id: 'discovery', request: '{}' };
  await sourceDb.insertInto('runs').values(run).execute();
  const bytes = await backUp(source.url);
  await sourceDb.deleteFrom('runs').where('run_id', '=', run_id).execute();
  await restore(bytes);
  const restored = await targetDb
    .selectFrom('runs')
    .selectAll()
    .where('run_id', '=', run_id)
    .executeTakeFirstOrThrow();
  expect(restored).toMatchObject({ status: 'failed', errors: [{ code: 'restored' }] });
});

test('a file that is cut anywhere is refused, and the database stays empty', async () => {
  for (const share of [0, 0.001, 0.3, 0.7, 0.99]) {
    const cut = backup.subarray(0, Math.floor(backup.length * share));
    await expect(restore(cut)).rejects.toThrow(DamagedBackupError);
  }
  const unfinished = altered((text) => text.slice(0, text.lastIndexOf('{"end"')));
  await expect(restore(unfinished)).rejects.toThrow(DamagedBackupError);
  expect(await tablesOf(targetDb)).toEqual([]);
});

test('a file of which a byte is another one is refused', async () => {
  for (const share of [0.1, 0.5, 0.9]) {
    const flipped = Buffer.from(backup);
    const at = Math.floor(backup.length * share);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    await expect(restore(flipped)).rejects.toThrow(DamagedBackupError);
  }
  expect(await tablesOf(targetDb)).toEqual([]);
});

test('rows that somebody changed, left out or added are refused, though the file is whole', async () => {
  const changes: Array<(text: string) => string> = [
    (text) => text.replace('under_maintenance', 'under_maintenanc_'),
    (text) => text.replace(/\n\["[^\n]*(?=\n)/, ''),
    (text) => text.replace(/\n(\["[^\n]*)(?=\n)/, '\n$1\n$1'),
    (text) => text.replace(/(\{"table":"ticks","rows":)\d+/, '$12'),
    (text) => text.replace(/\n\["/, '\n["more","'),
    (text) => `${text}["behind the end"]\n`,
    (text) => text.replace(`"${NEWEST}"`, '"0099-later"'),
    () => 'not a backup\n',
    () => '{"format":"something else"}\n',
  ];
  for (const change of changes) {
    await expect(restore(altered(change))).rejects.toThrow(DamagedBackupError);
  }
  expect(await tablesOf(targetDb)).toEqual([]);
});

test('a file of a newer release is refused and says which', async () => {
  const format = withHeader((text) => text.replace('"format_version":1', '"format_version":2'));
  await expect(restore(format)).rejects.toThrow(NewerBackupError);
  await expect(restore(format)).rejects.toThrow(
    /release 9\.9\.9, in format 2; this release reads 1/,
  );
  const schema = withHeader((text) => text.replace(`"${NEWEST}"`, '"0099-later"'));
  await expect(restore(schema)).rejects.toThrow(/schema 0099-later this release does not know/);
  const column = withHeader((text) => text.replace('"account_name"', '"account_title"'));
  await expect(restore(column)).rejects.toThrow(/there is no column account_title of scopes/);
});

test('an inventory that is there is not replaced, unless that is said', async () => {
  await migrateToLatest(targetDb);
  // An empty one is no inventory, and neither is what a worker fills by itself.
  await restore(backup);
  await discoverEstate(targetDb, [{ id: 'other' }, ...PRESENT]);
  const other = await contentsOf(targetDb);
  await expect(restore(backup)).rejects.toMatchObject({ reason: 'not_empty' });
  expect(await contentsOf(targetDb)).toEqual(other);

  await restore(backup, true);
  expect(await getItem(targetDb, partId('other'))).toBeNull();
  expect((await contentsOf(targetDb)).get('items')).not.toBe(other.get('items'));
});

test('a database of something else, or with a discovery under way, is left alone', async () => {
  await sql`create table invoices (id int)`.execute(targetDb);
  await expect(restore(backup, true)).rejects.toMatchObject({ reason: 'not_ours' });
  await sql`drop table invoices`.execute(targetDb);

  await restore(backup);
  const run = { run_id: randomUUID(), workflow_id: 'discovery', request: '{}' };
  await targetDb.insertInto('runs').values(run).execute();
  await expect(restore(backup, true)).rejects.toMatchObject({ reason: 'in_use' });
  await expect(restore(backup, true)).rejects.toThrow(NotRestorableError);
});

test('a database without an inventory has nothing to back up', async () => {
  await expect(backUp(target)).rejects.toThrow(NothingToBackUpError);
});
