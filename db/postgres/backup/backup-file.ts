import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DamagedBackupError, NewerBackupError } from './errors.ts';

/*
 * A backup is NDJSON in gzip. The first line is the header, the second its SHA-256; then come the
 * tables in the order in which they can be filled. A row is an array of its columns as PostgreSQL writes them as text, so
 * that every type survives exactly; a line behind the last row of a table has their number and
 * their SHA-256, and the last line of the file says that it is the last.
 *
 *   {"format":"cmdb-backup","format_version":1,"release":"0.1.0","schema":"0001-initial",…}
 *   {"header_sha256":"…"}
 *   ["7f0c…","aws","111122223333",null,"eu-west-1"]
 *   {"table":"scopes","rows":1,"sha256":"…"}
 *   {"end":true,"rows":1}
 */

export const FORMAT_VERSION = 1;

const name = z.string().min(1).max(63);
const count = z.int().nonnegative();

const formatSchema = z.object({
  format: z.literal('cmdb-backup'),
  format_version: z.int().positive(),
  release: z.string(),
});

export const headerSchema = formatSchema.extend({
  /** The last migration that had run: the file fits the schema that it makes. */
  schema: z.string().min(1),
  created_at: z.iso.datetime({ offset: true }),
  tables: z.array(z.object({ name, columns: z.array(name).min(1), rows: count })).min(1),
  sequences: z.array(z.object({ name, value: count })),
});
export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupTable = BackupHeader['tables'][number];

const tableEndSchema = z.object({ table: name, rows: count, sha256: z.string() });
const fileEndSchema = z.object({ end: z.literal(true), rows: count });

const headerEndSchema = z.object({ header_sha256: z.string() });

/** The first two lines. */
export function headerLines(header: BackupHeader): string {
  const line = JSON.stringify(header);
  return `${line}\n${JSON.stringify({ header_sha256: sha256(line) })}\n`;
}

/**
 * Reads the first two lines.
 *
 * @throws {DamagedBackupError} when they are no header
 * @throws {NewerBackupError} when a newer release has written it
 */
export function parseHeader(line: Buffer, endLine: Buffer): BackupHeader {
  const document = parseLine(line);
  const format = formatSchema.safeParse(document);
  if (!format.success) throw new DamagedBackupError('It is not a backup of CMDB Agent.');
  const { format_version, release } = format.data;
  if (format_version > FORMAT_VERSION) {
    throw new NewerBackupError(
      `It was made by release ${release}, in format ${format_version}; this release reads ${FORMAT_VERSION}.`,
    );
  }
  const end = headerEndSchema.safeParse(parseLine(endLine));
  const header = headerSchema.safeParse(document);
  if (!header.success || end.data?.header_sha256 !== sha256(line))
    throw new DamagedBackupError('Its header is damaged.');
  return header.data;
}

/** Checks the rows of a table against the line behind them. */
export class TableChecksum {
  readonly #hash = createHash('sha256');
  #rows = 0;

  /** @param bytes whole lines, or parts of them, with the line feeds */
  add(bytes: Buffer): void {
    this.#hash.update(bytes);
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.#rows += 1;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The line behind the last row. */
  endLine(table: string): string {
    return `${JSON.stringify({ table, rows: this.#rows, sha256: this.#hash.digest('hex') })}\n`;
  }

  /** @throws {DamagedBackupError} when the rows that were added are not those of the file */
  verify(line: Buffer, table: string): void {
    const end = tableEndSchema.safeParse(parseLine(line));
    if (!end.success || end.data.table !== table) {
      throw new DamagedBackupError(`It is damaged: the rows of ${table} do not end.`);
    }
    const isSame = end.data.rows === this.#rows && end.data.sha256 === this.#hash.digest('hex');
    if (!isSame) {
      throw new DamagedBackupError(`It is damaged: the rows of ${table} are not those written.`);
    }
  }
}

/** The last line. */
export function fileEndLine(rows: number): string {
  return `${JSON.stringify({ end: true, rows })}\n`;
}

/** @throws {DamagedBackupError} when it is not the last line of so many rows */
export function verifyFileEnd(line: Buffer, rows: number): void {
  const end = fileEndSchema.safeParse(parseLine(line));
  if (!end.success || end.data.rows !== rows) {
    throw new DamagedBackupError('It is damaged: it does not end as it should.');
  }
}

const rowSchema = z.array(z.string().nullable());

/** @throws {DamagedBackupError} when it is no row of so many columns */
export function parseRow(line: Buffer, table: BackupTable): Array<string | null> {
  const row = rowSchema.safeParse(parseLine(line));
  if (row.success && row.data.length === table.columns.length) return row.data;
  throw new DamagedBackupError(`It is damaged: a row of ${table.name} cannot be read.`);
}

export function isRow(line: Buffer): boolean {
  return line[0] === '['.charCodeAt(0);
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw new DamagedBackupError('It is damaged: a line of it cannot be read.', { cause: error });
  }
}
