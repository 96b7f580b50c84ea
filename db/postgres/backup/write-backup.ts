import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg, { type ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type BackupHeader, type BackupTrailer, END_OF_TABLE, FORMAT_VERSION } from './format.ts';
import { backupTables, quoted, sequenceValues } from './tables.ts';

/** Only its owner reads it: it holds the whole inventory. */
const FILE_MODE = 0o600;

/**
 * Writes all of the inventory, its history and what people said of it into one file, as it is at one
 * moment, while discoveries go on. Memory stays the same whatever the size. The file appears under
 * its name when it is complete.
 *
 * @param url as in DATABASE_URL
 * @returns how many rows of each table
 */
export async function writeBackup(url: string, path: string): Promise<BackupTrailer['rows']> {
  const client = new pg.Client({ connectionString: url, application_name: 'cmdb-backup' });
  await client.connect();
  const draft = `${path}.draft`;
  try {
    await client.query('begin isolation level repeatable read read only');
    const rows: BackupTrailer['rows'] = {};
    await pipeline(
      () => lines(client, rows),
      createGzip(),
      createWriteStream(draft, { mode: FILE_MODE }),
    );
    await client.query('commit');
    await rename(draft, path);
    return rows;
  } finally {
    await client.end();
    await rm(draft, { force: true });
  }
}

async function* lines(client: ClientBase, rows: BackupTrailer['rows']): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const hashed = (chunk: Buffer): Buffer => {
    hash.update(chunk);
    return chunk;
  };
  const header = await headerOf(client);
  yield hashed(Buffer.from(`${JSON.stringify(header)}\n`));
  for (const { name, columns } of header.tables) {
    const text = `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout`;
    const copy = client.query(copyTo(text));
    for await (const chunk of copy) yield hashed(chunk as Buffer);
    rows[name] = copy.rowCount;
    yield hashed(Buffer.from(`${END_OF_TABLE}\n`));
  }
  const trailer: BackupTrailer = { rows, sha256: hash.digest('hex') };
  yield Buffer.from(`${JSON.stringify(trailer)}\n`);
}

async function headerOf(client: ClientBase): Promise<BackupHeader> {
  const { rows } = await client.query<{ name: string }>(
    'select name from kysely_migration order by name',
  );
  return {
    format: 'cmdb-agent backup',
    format_version: FORMAT_VERSION,
    created_at: new Date().toISOString(),
    migrations: rows.map(({ name }) => name),
    tables: await backupTables(client),
    sequences: await sequenceValues(client),
  };
}
