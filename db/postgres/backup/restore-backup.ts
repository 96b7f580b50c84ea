import type { Readable } from 'node:stream';
import pg from 'pg';
import { MIGRATION_NAMES, migrateToLatest, migrateUpTo } from '../migrate.ts';
import { PUBLISHER_LOCK } from '../publisher-lease.ts';
import { type BackupHeader, parseHeader, verifyFileEnd } from './backup-file.ts';
import { clearDatabase } from './clear-database.ts';
import { connectForBackup } from './connect.ts';
import { describeKeptTables } from './describe-tables.ts';
import { DamagedBackupError, NewerBackupError, NotRestorableError } from './errors.ts';
import { loadTable } from './load-table.ts';
import { readLines } from './read-lines.ts';
import { resumeAfterRestore } from './resume-after-restore.ts';
import type { BackupProgress } from './write-backup.ts';

export interface RestoreOptions {
  /** `postgres://…`, as in DATABASE_URL. */
  url: string;
  /** Whether an inventory that is there may go. */
  may_replace: boolean;
  onHeader?: (header: BackupHeader) => void;
  onProgress?: (progress: BackupProgress) => void;
}

export interface Restored {
  header: BackupHeader;
  /** Migrations of this release that the backup was from before of. */
  migrated: string[];
}

/**
 * Fills a database from a backup, in one transaction: it is restored as a whole or stays as it was.
 *
 * The schema is made as it was when the backup was written, is filled, and only then brought up to this
 * release by the migrations that an installation goes through, too.
 *
 * @throws {DamagedBackupError | NewerBackupError | NotRestorableError}
 */
export async function restoreBackup(file: Readable, options: RestoreOptions): Promise<Restored> {
  const lines = readLines(file);
  try {
    const [first, second] = [await lines.next(), await lines.next()];
    if (first.done || second.done)
      throw new DamagedBackupError('It is not a backup: it has no end.');
    const header = parseHeader(first.value, second.value);
    if (!MIGRATION_NAMES.includes(header.schema)) {
      throw new NewerBackupError(
        `It was made by release ${header.release}, whose schema ${header.schema} this release does not know.`,
      );
    }
    options.onHeader?.(header);
    return await load(header, lines, options);
  } finally {
    await lines.return(undefined);
  }
}

async function load(
  header: BackupHeader,
  lines: AsyncGenerator<Buffer>,
  { url, may_replace, onProgress }: RestoreOptions,
): Promise<Restored> {
  await using connection = await connectForBackup(url, 'cmdb-restore');
  const { client, db } = connection;
  try {
    const migrated = await db.transaction().execute(async (trx) => {
      // Whoever publishes would note how far it is, in a past that is not there any more.
      await client.query('select pg_advisory_xact_lock($1)', [PUBLISHER_LOCK]);
      await clearDatabase(client, may_replace);
      await migrateUpTo(trx, header.schema);
      await fill(client, header, lines, onProgress ?? (() => {}));
      const names = await migrateToLatest(trx);
      await resumeAfterRestore(trx);
      return names;
    });
    // Plans for tables of which nothing is known yet are bad ones.
    await client.query('analyze');
    return { header, migrated };
  } catch (error) {
    throw isLockTimeout(error)
      ? new NotRestorableError('in_use', 'Something is using the database.', { cause: error })
      : error;
  }
}

async function fill(
  client: pg.Client,
  header: BackupHeader,
  lines: AsyncGenerator<Buffer>,
  onProgress: (progress: BackupProgress) => void,
): Promise<void> {
  await refuseOtherTables(client, header);
  const rows_total = header.tables.reduce((sum, { rows }) => sum + rows, 0);
  let rows_done = 0;
  for (const table of header.tables) {
    // A migration may have put a first row there, such as that of `history_bound`.
    await client.query(`delete from ${client.escapeIdentifier(table.name)}`);
    await loadTable(client, table, lines, (rows) =>
      onProgress({ table: table.name, rows_done: rows_done + rows, rows_total }),
    );
    rows_done += table.rows;
  }
  const last = await lines.next();
  if (last.done) throw new DamagedBackupError('It is damaged: it ends in the middle.');
  verifyFileEnd(last.value, rows_total);
  // What is behind the last line counts, too: the file's own checksum is there.
  if (!(await lines.next()).done) throw new DamagedBackupError('It is damaged: it goes on.');
  for (const { name, value } of header.sequences) {
    await client.query('select setval(quote_ident($1)::regclass, $2)', [name, value]);
  }
}

/** The schema that the migrations make must be the one that was backed up. */
async function refuseOtherTables(client: pg.Client, header: BackupHeader): Promise<void> {
  const here = new Map(
    (await describeKeptTables(client)).map(({ name, columns }) => [name, new Set(columns)]),
  );
  for (const { name, columns } of header.tables) {
    const known = here.get(name);
    const unknown = known ? columns.filter((column) => !known.has(column)) : columns;
    if (known && unknown.length === 0) continue;
    const what = known ? `column ${unknown[0]} of ${name}` : `table ${name}`;
    throw new NewerBackupError(
      `It was made with another schema ${header.schema}: there is no ${what} in this one.`,
    );
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
}
