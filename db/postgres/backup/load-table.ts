import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type BackupTable, isRow, parseRow, TableChecksum } from './backup-file.ts';
import { DamagedBackupError } from './errors.ts';

const LINE_FEED = Buffer.from('\n');
/** Rows are sent to the server in pieces of this size. */
const BATCH_CHARACTERS = 64 * 1024;

/**
 * Fills a table with the rows that come next, and checks them against the line behind them.
 *
 * @param lines the lines of the backup; the rows and the line behind them are taken from it
 * @throws {DamagedBackupError}
 */
export async function loadTable(
  client: pg.Client,
  table: BackupTable,
  lines: AsyncGenerator<Buffer>,
  onRows: (rows: number) => void,
): Promise<void> {
  const checksum = new TableChecksum();
  let end: Buffer | null = null;
  async function* copyLines(): AsyncGenerator<string> {
    let batch = '';
    for (;;) {
      const { value: line, done } = await lines.next();
      if (done) throw new DamagedBackupError(`It is damaged: ${table.name} does not end.`);
      if (!isRow(line)) {
        end = line;
        break;
      }
      checksum.add(line);
      checksum.add(LINE_FEED);
      batch += copyLine(parseRow(line, table));
      if (batch.length < BATCH_CHARACTERS) continue;
      onRows(checksum.rows);
      yield batch;
      batch = '';
    }
    onRows(checksum.rows);
    yield batch;
  }
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const statement = `copy ${client.escapeIdentifier(table.name)} (${columns}) from stdin`;
  try {
    await pipeline(Readable.from(copyLines()), client.query(copyFrom(statement)));
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const message = `It is damaged: rows of ${table.name} are not such as were written.`;
    throw new DamagedBackupError(message, { cause: error });
  }
  checksum.verify(end ?? LINE_FEED, table.name);
}

/** A row as COPY reads it: values between tabs, with what would end a value or a line escaped. */
function copyLine(values: ReadonlyArray<string | null>): string {
  return `${values.map((value) => (value === null ? '\\N' : escaped(value))).join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(value: string): string {
  return value.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}

/** PostgreSQL could not read a value, or the rows contradict each other: classes 22 and 23. */
function isRefusedData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}
