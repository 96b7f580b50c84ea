import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { writeBackup } from '../../../../db/postgres/backup/write-backup.ts';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { declareRelation } from '../../../../db/postgres/declared/declare-relation.ts';
import { hearHost } from '../../../../db/postgres/hosts.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { relate } from '../../../../db/postgres/relate.ts';
import { Progress } from '../../../../local/progress.ts';
import { withTemporaryStores } from '../../../../local/temporary-stores.ts';
import { declaredRelationSchema } from '../../../../model/declared-relation.ts';
import { partId } from '../../../api/estate.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, stageThings, thingId } from '../../../support/things.ts';
import { fillInventory, tablesOf } from '../backup/inventory.ts';
import { answerTo, questionsAbout, writeRecorded } from './questions.ts';

/*
 * Records what a release leaves behind, for the upgrade tests of all that follow; docs/releasing.md
 * says when. It needs `pg_dump`, of no older version than the PostgreSQL that `npm test` starts.
 */

const HERE = new URL('./', import.meta.url);

/** Writes `<release>.sql`, `<release>.backup` and `<release>.answers.ndjson`. */
async function recordRelease(release: string): Promise<void> {
  const database = await createTestDatabase();
  const db = createDatabase({ url: database.url, application_name: 'record release' });
  try {
    await migrateToLatest(db);
    await fillEverything(db);
    const recorded = [];
    for (const question of await questionsAbout(db)) {
      recorded.push({ question, answer: await answerTo(db, question) });
    }
    await writeFile(new URL(`${release}.answers.ndjson`, HERE), writeRecorded(recorded));
    await writeFile(new URL(`${release}.sql`, HERE), await dump(database.url));
    const backup = createWriteStream(new URL(`${release}.backup`, HERE));
    await writeBackup(backup, { url: database.url, release });
  } finally {
    await db.destroy();
    await database.drop();
  }
}

/** Something in every table, also of a discovery that is under way. */
async function fillEverything(db: Db): Promise<void> {
  await fillInventory(db);
  await db.deleteFrom('declared_relations').execute();
  const relation = { relationship_type: 'uses', source: partId('web'), target: thingId('disk-1') };
  await declareRelation(db, {
    declared_id: 'web-uses-disk',
    relation: declaredRelationSchema.parse(relation),
    by: 'token:ada',
    mode: 'create',
  });
  const disks = [{ id: 'disk-1' }, { id: 'disk-2', load: 3 }, { id: 'disk-3' }];
  await discoverThings(db, disks);
  await discoverThings(db, disks.slice(0, 2));
  await relate(db, null, 1_000);
  const unreadable = { id: 'under-way-3', size: 'large' };
  const underWay = [{ id: 'under-way-1' }, { id: 'under-way-2', size: 2 }, unreadable];
  await stageThings(db, underWay, { account: 'under way' });
  await hearHost(db, { machine_id: 'm-1', hostname: 'host-1', task_queue: 'cmdb-host-m-1' });
  // What was queued by hand is worked off by now.
  await sql`insert into relate_queue (ci_id) values (${partId('db')})`.execute(db);
  for (const table of await tablesOf(db)) {
    const { rows } = await sql`select from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length === 0) throw new Error(`Nothing is in ${table}: put something there first.`);
  }
}

/** Plain statements, that any connection can run. */
async function dump(url: string): Promise<string> {
  const args = ['--no-owner', '--no-privileges', '--inserts', '--rows-per-insert=200', url];
  const { stdout } = await promisify(execFile)('pg_dump', args, { maxBuffer: 64e6 });
  // Newer versions write commands of psql around them, and all of them what they are.
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith('\\') && !/^(--.*|)$/.test(line))
    .join('\n')
    .concat('\n');
}

if (import.meta.main) {
  const [release] = process.argv.slice(2);
  if (!release) throw new Error('Which release? e.g. record-release.ts 0.2.0');
  if (process.env.CMDB_TEST_RUN) await recordRelease(release);
  else {
    const progress = new Progress(process.stderr, process.env);
    process.env.CMDB_TEST_RUN = 'record';
    process.exitCode = await withTemporaryStores(
      { profile: 'test', progress, lanes: 1 },
      (stores) =>
        stores.runNode([fileURLToPath(import.meta.url), release], {
          name: 'record release',
          keepsOutput: true,
        }),
    );
  }
}
