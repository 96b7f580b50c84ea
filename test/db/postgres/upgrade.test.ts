import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { isKept } from '../../../db/postgres/backup/tables.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { finishRun } from '../../../db/postgres/finish-run.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { MIGRATION_NAMES, migrateToLatest, schemaVersion } from '../../../db/postgres/migrate.ts';
import { promoteScope } from '../../../db/postgres/promote-scope.ts';
import { newestPlace, readChanges } from '../../../db/postgres/read-changes.ts';
import { relate } from '../../../db/postgres/relate.ts';
import { discoverEstate, partId } from '../../api/estate.ts';
import { runCli } from '../../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings, thingId } from '../../support/things.ts';
import { PRESENT } from './backup/inventory.ts';
import { answerTo, type Recorded, readRecorded } from './released/questions.ts';

const RELEASED = new URL('./released/', import.meta.url);

const fileOf = (release: string, suffix: string) =>
  fileURLToPath(new URL(`${release}.${suffix}`, RELEASED));
const recordedBy = (release: string) =>
  readRecorded(readFileSync(fileOf(release, 'answers.ndjson'), 'utf8'));

/** Every release whose dump is kept. */
const RELEASES = readdirSync(RELEASED).flatMap((name) => /^(.+)\.sql$/.exec(name)?.[1] ?? []);

test('the first release is among those that are upgraded from', () => {
  expect(RELEASES).toContain('0.1.0');
});

/** Each question that is answered in another way, with both answers. */
async function otherAnswers(db: Db, recorded: readonly Recorded[]): Promise<unknown[]> {
  const others: unknown[] = [];
  for (const { question, answer } of recorded) {
    const now = await answerTo(db, question);
    try {
      // A later release may tell more, and nothing else.
      expect({ answer: now }).toMatchObject({ answer });
    } catch (error) {
      others.push({ question, difference: (error as Error).message });
    }
  }
  return others;
}

async function countsOf(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
  `.execute(db);
  const counts = new Map<string, number>();
  for (const { name } of rows) {
    const counted = await sql<{ count: number }>`
      select count(*) from ${sql.table(name)}
    `.execute(db);
    counts.set(name, counted.rows[0]?.count ?? 0);
  }
  return counts;
}

/** What a discovery, a person and a reader do on any day. */
async function expectToWork(db: Db): Promise<void> {
  const before = await newestPlace(db);
  const versionOf = async (id: string) => (await getItem(db, partId(id)))?.version ?? 0;
  const [shop, web] = [await versionOf('shop'), await versionOf('web')];
  await discoverEstate(db, [
    { id: 'shop', size: 9, needs: ['new'], environment: 'production' },
    ...PRESENT.slice(1),
    { id: 'new' },
  ]);
  expect(await versionOf('shop')).toBe(shop + 1);
  // What has not changed costs no version, although another release maps it.
  expect(await versionOf('web')).toBe(web);
  expect(await getItem(db, partId('db'))).toMatchObject({
    owner: 'ada',
    status: 'under_maintenance',
  });

  const { entries } = await readChanges(db, before, {}, 100);
  const told = entries.map(({ event }) =>
    'ci' in event ? `${event.type} ${event.ci.name}` : `${event.type} ${event.target.name}`,
  );
  expect(told.sort()).toEqual(
    [
      'ci.created new',
      'ci.updated shop',
      'relationship.ended web',
      'relationship.added new',
    ].sort(),
  );

  await discoverThings(db, [{ id: 'disk-1' }], { retireAfterScans: 1 });
  expect(await getItem(db, thingId('disk-2'))).toMatchObject({ status: 'retired' });
}

describe.each(RELEASES)('a database of release %s', (release) => {
  let database: TestDatabase;
  let db: Db;
  let before: Map<string, number>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createDatabase({ url: database.url, application_name: 'upgrade test' });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(readFileSync(fileOf(release, 'sql'), 'utf8'));
    await client.end();
    before = await countsOf(db);
    await migrateToLatest(db);
  }, 60_000);

  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  test('has something in each of its tables, and loses none of it', async () => {
    expect(await schemaVersion(db)).toBe(MIGRATION_NAMES.at(-1));
    const after = await countsOf(db);
    for (const [table, count] of before) {
      expect({ table, isEmpty: count === 0 }).toEqual({ table, isEmpty: false });
      // What can be made anew may be dropped, and a table given up: what it held shows in the answers.
      if (!isKept(table) || !after.has(table)) continue;
      expect({ table, count: after.get(table) }).toEqual({ table, count });
    }
  });

  test('answers about present and past as that release did', async () => {
    const recorded = recordedBy(release);
    expect(recorded.length).toBeGreaterThan(50);
    expect(await otherAnswers(db, recorded)).toEqual([]);
  });

  test('a discovery that was under way goes on', async () => {
    const { rows } = await sql<{ run_id: string; scope_id: string }>`
      select run_id, scope_id from slice_scans join runs using (run_id)
      where runs.status = 'running' and promoted_at is null
    `.execute(db);
    const [scan] = rows;
    const rules = { retire_after_scans: 2, max_loss_percent: 50 };
    const counts = await promoteScope(db, scan?.run_id ?? '', scan?.scope_id ?? '', rules);
    expect(counts).toMatchObject({ added: 2 });
    await relate(db, scan?.run_id ?? '', 1_000);
    expect(await finishRun(db, scan?.run_id ?? '', 'finished', [])).toMatch(/^completed/);
    expect(await getItem(db, thingId('under-way-2', 'under way'))).toMatchObject({
      attributes: { size: 2 },
    });
  });

  test('is worked on as any other, and still knows its past', async () => {
    await expectToWork(db);
    const past = recordedBy(release).filter(({ question }) => question.ask === 'item_at');
    expect(await otherAnswers(db, past)).toEqual([]);
  });
});

describe.each(RELEASES)('a backup of release %s', (release) => {
  let database: TestDatabase;
  let db: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createDatabase({ url: database.url, application_name: 'upgrade test' });
  });

  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  test('is restored by `cmdb restore`, and brought up to the newest schema', async () => {
    const { code, out, err } = await runCli(['restore', fileOf(release, 'backup'), '--json'], {
      DATABASE_URL: database.url,
    });
    expect({ code, err }).toMatchObject({ code: 0 });
    const { schema, migrated } = JSON.parse(out);
    expect(JSON.parse(out)).toMatchObject({ release });
    expect([...MIGRATION_NAMES].slice(MIGRATION_NAMES.indexOf(schema) + 1)).toEqual(migrated);
    expect(await schemaVersion(db)).toBe(MIGRATION_NAMES.at(-1));
  });

  test('answers about present and past as that release did', async () => {
    const recorded = recordedBy(release).map(({ question, answer }) => ({
      question,
      // Which scans there were is not in a backup: when a thing was last seen in the past.
      answer:
        question.ask === 'item_at' && answer !== null
          ? { ...(answer as object), last_seen_at: expect.any(String) }
          : answer,
    }));
    expect(await otherAnswers(db, recorded)).toEqual([]);
  });

  test('is worked on as any other', async () => {
    await expectToWork(db);
  });
});
