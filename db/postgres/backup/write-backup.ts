import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { MIGRATION_NAMES, schemaVersion } from '../migrate.ts';
import {
  type BackupHeader,
  type BackupTable,
  FORMAT_VERSION,
  fileEndLine,
  headerLines,
  TableChecksum,
} from './backup-file.ts';
import { connectForBackup } from './connect.ts';
import { describeKeptTables, describeSequences } from './describe-tables.ts';
import { NewerSchemaError, NothingToBackUpError } from './errors.ts';

export interface BackupOptions {
  /** `postgres://…`, as in DATABASE_URL. */
  url: string;
  release: string;
  /** Told as rows go by. */
  onProgress?: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  table: string;
  /** Of all tables. */
  rows_done: number;
  rows_total: number;
}

/**
 * Writes what cannot be discovered again into a stream: the state after one commit, whatever is
 * written meanwhile, and with no more memory for a large inventory than for a small one.
 *
 * @returns the header that was written
 * @throws {NothingToBackUpError | NewerSchemaError}
 */
export async function writeBackup(
  destination: Writable,
  { url, release, onProgress }: BackupOptions,
): Promise<BackupHeader> {
  await using connection = await connectForBackup(url, 'cmdb-backup');
  const { client, db } = connection;
  await client.query('begin isolation level repeatable read read only');
  const schema = await schemaVersion(db);
  if (schema === null) {
    throw new NothingToBackUpError('The database has no inventory: its schema was never made.');
  }
  if (!MIGRATION_NAMES.includes(schema)) {
    throw new NewerSchemaError(`The database has the schema ${schema}, of a newer release.`);
  }
  const header: BackupHeader = {
    format: 'cmdb-backup',
    format_version: FORMAT_VERSION,
    release,
    schema,
    created_at: new Date().toISOString(),
    tables: await describeKeptTables(client),
    // Read after the snapshot was taken: no row of it has a higher number.
    sequences: await describeSequences(client),
  };
  await pipeline(
    Readable.from(contents(client, header, onProgress ?? (() => {}))),
    createGzip(),
    destination,
  );
  await client.query('commit');
  return header;
}

async function* contents(
  client: pg.Client,
  header: BackupHeader,
  onProgress: (progress: BackupProgress) => void,
): AsyncGenerator<Buffer> {
  yield Buffer.from(headerLines(header));
  const rows_total = header.tables.reduce((sum, { rows }) => sum + rows, 0);
  let rows_done = 0;
  for (const table of header.tables) {
    const checksum = new TableChecksum();
    for await (const chunk of client.query(copyTo(copyStatement(client, table)))) {
      const bytes = chunk as Buffer;
      checksum.add(bytes);
      onProgress({ table: table.name, rows_done: rows_done + checksum.rows, rows_total });
      yield bytes;
    }
    rows_done += checksum.rows;
    yield Buffer.from(checksum.endLine(table.name));
  }
  yield Buffer.from(fileEndLine(rows_done));
}

/**
 * PostgreSQL makes the lines: arrays of text, in which JSON has escaped every control character.
 * So as CSV with control characters for its marks they are written as they are.
 */
function copyStatement(client: pg.Client, { name, columns }: BackupTable): string {
  const values = columns.map((column) => `${client.escapeIdentifier(column)}::text`);
  return `copy (select json_build_array(${values.join(', ')}) from ${client.escapeIdentifier(name)})
    to stdout with (format csv, delimiter e'\\x02', quote e'\\x01')`;
}
