import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import {
  BackupError,
  type BackupHeader,
  END_OF_TABLE,
  FORMAT_VERSION,
  headerSchema,
  trailerSchema,
} from './format.ts';

const LINE_FEED = 0x0a;
const END = Buffer.from(`${END_OF_TABLE}\n`);

/**
 * Reads a backup line by line, each with its line feed. Lines end with a line feed and nothing else:
 * a text may hold the other line ends of Unicode.
 *
 * @throws {BackupError} where the file is not the whole of a gzip
 */
export async function* backupLines(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  file.on('error', (error) => unzipped.destroy(error));
  let rest: Buffer[] = [];
  try {
    for await (const chunk of file.pipe(unzipped) as AsyncIterable<Buffer>) {
      let from = 0;
      for (;;) {
        const at = chunk.indexOf(LINE_FEED, from);
        if (at < 0) break;
        const line = chunk.subarray(from, at + 1);
        yield rest.length === 0 ? line : Buffer.concat([...rest, line]);
        rest = [];
        from = at + 1;
      }
      if (from < chunk.length) rest.push(chunk.subarray(from));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new BackupError(`${path} cannot be read: ${reason}.`, { cause: error });
  } finally {
    file.destroy();
  }
  if (rest.length > 0) throw new BackupError(`${path} ends in the middle of a line.`);
}

export function isEndOfTable(line: Buffer): boolean {
  return line.equals(END);
}

/**
 * Reads the whole of a backup and compares it with what its header and trailer promise, so that a
 * damaged one is refused before anything is written.
 *
 * @throws {BackupError} for one that is damaged, or of a newer release
 */
export async function checkBackup(path: string): Promise<BackupHeader> {
  const hash = createHash('sha256');
  const rows: Record<string, number> = {};
  let header: BackupHeader | undefined;
  let table = 0;
  let trailer: z.infer<typeof trailerSchema> | undefined;
  for await (const line of backupLines(path)) {
    if (trailer) throw new BackupError(`${path} goes on behind its end.`);
    if (!header) {
      header = parseHeader(path, line);
    } else {
      const name = header.tables[table]?.name;
      if (name === undefined) {
        trailer = parseJson(path, trailerSchema, line, 'end');
        continue;
      }
      if (isEndOfTable(line)) table += 1;
      else rows[name] = (rows[name] ?? 0) + 1;
    }
    hash.update(line);
  }
  if (!header || !trailer) throw new BackupError(`${path} is cut off.`);
  if (hash.digest('hex') !== trailer.sha256) {
    throw new BackupError(`${path} is damaged: its checksum is another.`);
  }
  for (const [name, count] of Object.entries(trailer.rows)) {
    if ((rows[name] ?? 0) === count) continue;
    throw new BackupError(`${path} is damaged: it has ${rows[name] ?? 0} of ${count} ${name}.`);
  }
  return header;
}

function parseHeader(path: string, line: Buffer): BackupHeader {
  const version = parseJson(path, headerSchema.pick({ format_version: true }), line, 'beginning');
  if (version.format_version > FORMAT_VERSION) {
    throw new BackupError(
      `${path} is of a newer release (format ${version.format_version}); restore it with that one.`,
    );
  }
  return parseJson(path, headerSchema, line, 'beginning');
}

function parseJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  line: Buffer,
  what: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BackupError(`${path} is no backup: its ${what} is not JSON.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BackupError(`${path} is no backup: its ${what} is not what it should be.`);
}
