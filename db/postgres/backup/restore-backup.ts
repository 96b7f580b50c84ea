import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg, { type ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createDatabase } from '../database.ts';
import { knownMigrations, migrateTo, migrateToLatest } from '../migrate.ts';
import { BackupError, type BackupHeader } from './format.ts';
import { backupLines, checkBackup, isEndOfTable } from './read-backup.ts';
import { backupTables, quoted } from './tables.ts';

export interface RestoreOptions {
  /** Restore although the database has something in it, which is lost. */
  replace?: boolean;
}

/**
 * Restores a backup of this release or an older one: brings an empty schema to where the file was made,
 * loads the rows in one transaction, then migrates to this release. The outbox is read from its
 * beginning afterwards, so that the next publication brings the graph and the cache up to it.
 *
 * @param url as in DATABASE_URL
 * @throws {BackupError} before anything is written: the file is damaged or newer, or the database is
 *   not empty
 */
export async function restoreBackup(
  url: string,
  path: string,
  { replace = false }: RestoreOptions = {},
): Promise<BackupHeader> {
  const header = await checkBackup(path);
  const [newest = ''] = header.migrations.toSorted().reverse();
  const unknown = header.migrations.find((name) => !knownMigrations().includes(name));
  if (unknown !== undefined) {
    throw new BackupError(`${path} is of a newer release: this one does not know ${unknown}.`);
  }
  const db = createDatabase({ url, application_name: 'cmdb-restore', pool_size: 2 });
  const client = new pg.Client({ connectionString: url, application_name: 'cmdb-restore' });
  try {
    await client.connect();
    await makeEmpty(client, replace);
    await migrateTo(db, newest);
    await load(client, path, header);
    await migrateToLatest(db);
    return header;
  } finally {
    await client.end();
    await db.destroy();
  }
}

/** Whatever the schema is of: it is dropped, and made again as the file needs it. */
async function makeEmpty(client: ClientBase, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ items: string | null }>(
    `select to_regclass('items')::text as items`,
  );
  if (rows[0]?.items) {
    const found = await client.query('select from items limit 1');
    if (found.rowCount !== 0 && !replace) {
      throw new BackupError(
        'The database is not empty. Restore into an empty one, or replace what it has.',
      );
    }
  }
  const { rows: objects } = await client.query<{ statement: string }>(`
    select format('drop table %s cascade', oid::regclass) as statement from pg_class
    where relnamespace = current_schema::regnamespace and relkind = 'r'
    union all
    select format('drop sequence if exists %s cascade', oid::regclass) from pg_class
    where relnamespace = current_schema::regnamespace and relkind = 'S'
      and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i'))
    union all
    select format('drop routine if exists %s cascade', oid::regprocedure) from pg_proc
    where pronamespace = current_schema::regnamespace and not exists (
      select from pg_depend where objid = pg_proc.oid and deptype = 'e'
    )
  `);
  await client.query('begin');
  for (const { statement } of objects) await client.query(statement);
  await client.query('commit');
}

async function load(client: ClientBase, path: string, header: BackupHeader): Promise<void> {
  const lines = backupLines(path);
  await lines.next();
  await client.query('begin');
  const present = new Set((await backupTables(client)).map(({ name }) => name));
  for (const { name, columns } of header.tables) {
    if (!present.has(name))
      throw new BackupError(`${path} has a table that is not known: ${name}.`);
    // Rows that the migration itself has put there are in the file, too.
    await client.query(`delete from ${quoted(name)}`);
    const copy = client.query(
      copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`),
    );
    await pipeline(Readable.from(rowsOfTable(lines)), copy);
  }
  const known = await sequenceNames(client);
  for (const [name, value] of Object.entries(header.sequences)) {
    if (known.has(name)) {
      await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), value]);
    }
  }
  await client.query('update outbox_consumers set seq = 0');
  await client.query('commit');
  await client.query('analyze');
}

async function sequenceNames(client: ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    'select sequencename as name from pg_sequences where schemaname = current_schema',
  );
  return new Set(rows.map(({ name }) => name));
}

/** The rows up to the end of the table; the lines behind it stay for the next. */
async function* rowsOfTable(lines: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done || isEndOfTable(value)) return;
    yield value;
  }
}
