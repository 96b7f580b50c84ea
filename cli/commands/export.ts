import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type ListFilterOptions, listQuery, withListFilters } from '../items/item-filters.ts';
import { listOption, withExamples } from '../options.ts';
import { type CommonOptions, openSession, type Session, withApi } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

interface ExportOptions extends CommonOptions, ListFilterOptions {
  fields?: string[];
}

/** `cmdb export` */
export function exportCommand(terminal: Terminal): Command {
  const command = new Command('export')
    .description('all items that filters find, in one snapshot, as JSON lines or CSV')
    .argument('[file]', 'where to write it; standard output where left out')
    .addOption(listOption('--fields <names>', 'only these fields, such as ci_id,name,tags'))
    .action(async (file: string | undefined, options: ExportOptions) => {
      const session = openSession(terminal, options);
      const isCsv = options.csv ?? (!options.json && file?.endsWith('.csv') === true);
      const body = await open(session, options, isCsv ? 'csv' : 'ndjson');
      if (file === undefined) await write(session, body, terminal.stdout);
      else note(terminal, `${file}: ${size(await toFile(session, body, file))}.`);
    });
  const json = command.createOption('--json', 'an item a line as JSON').conflicts('csv');
  withApi(withListFilters(command.addOption(json)));
  command.option('--csv', 'as CSV; so is a file that ends in .csv');
  return withExamples(
    command,
    'cmdb export inventory.ndjson',
    'cmdb export --environment production --fields ci_id,name,team production.csv',
    "cmdb export --ci-type database | jq -r 'select(.backup_enabled | not) | .name'",
  );
}

async function open(
  { api }: Session,
  options: ExportOptions,
  format: 'ndjson' | 'csv',
): Promise<ReadableStream<Uint8Array>> {
  const query = { ...listQuery(options), fields: options.fields, format };
  return api.stream('GET /cis/export', { query });
}

/** Writes beside the place and moves it there when it is whole: half an export is none. */
async function toFile(
  session: Session,
  body: ReadableStream<Uint8Array>,
  file: string,
): Promise<number> {
  const draft = `${file}.part`;
  try {
    const bytes = await write(session, body, createWriteStream(draft));
    await rename(draft, file);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** @returns how many bytes there were */
async function write(
  { api, terminal }: Session,
  body: ReadableStream<Uint8Array>,
  destination: Writable,
): Promise<number> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(body), counted, destination, {
      end: destination !== terminal.stdout,
    });
  } catch (error) {
    if (isOfFile(error)) {
      throw new CliError('failed', `It cannot be written (${error.code}).`, 'Give another file.', {
        cause: error,
      });
    }
    throw new CliError(
      'unreachable',
      `The export from ${api.settings.url} broke off: it is not complete.`,
      'Try again; the log of the API has the reason.',
      { cause: error },
    );
  }
  return bytes;
}

/** Whether an error is of the file system: those tell which call failed. */
function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'path' in error && 'syscall' in error;
}

function size(bytes: number): string {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${amount.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}
