import { createWriteStream } from 'node:fs';
import { access, open, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { withExamples } from '../options.ts';
import { RELEASE } from '../release.ts';
import { type CommonOptions, openOutput, withJson } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface BackupOptions extends CommonOptions {
  force?: boolean;
}

const TO_PIPE = '-';

/** `cmdb backup` */
export function backupCommand(terminal: Terminal): Command {
  const command = new Command('backup')
    .description('what cannot be discovered again, in one file: facts, history, tokens, schedules')
    .argument('<file>', 'where to write it; - for standard output')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nIt reads the database itself, at DATABASE_URL, while everything else goes on. The file holds\n' +
        'the inventory and the hashes of tokens; nobody but you can read it, and so it should stay.',
    )
    .action(async (file: string, options: BackupOptions) => {
      const { explainFailure } = await import('../backup/failures.ts');
      try {
        await (file === TO_PIPE ? toPipe(terminal) : toFile(terminal, file, options));
      } catch (error) {
        throw explainFailure(error);
      }
    });
  return withExamples(
    withJson(command),
    'cmdb backup cmdb-2026-11-23.backup',
    'cmdb backup - | ssh vault "umask 077; cat > cmdb.backup"',
  );
}

async function toPipe(terminal: Terminal): Promise<void> {
  if (terminal.stdout.isTTY) {
    throw new CliError('usage', 'A backup is nothing to look at.', 'Give a file, or a pipe.');
  }
  await write(terminal, terminal.stdout);
}

/** Writes beside the place and moves it there when it is whole: a half backup is none. */
async function toFile(terminal: Terminal, file: string, options: BackupOptions): Promise<void> {
  if (!options.force && (await exists(file))) {
    throw new CliError('usage', `${file} is there already.`, 'Give another file, or --force.');
  }
  const draft = `${file}.part`;
  // What an interrupted one left may be readable by others.
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    const header = await write(terminal, createWriteStream(draft, { fd: handle, flush: true }));
    await rename(draft, file);
    const { size: bytes } = await stat(file);
    const output = openOutput(terminal, options);
    const rows = header.tables.reduce((sum, table) => sum + table.rows, 0);
    if (output.format === 'json') output.json({ file, bytes, ...header });
    else {
      output.line(
        `${file}: ${rows.toLocaleString('en')} rows of ${header.tables.length} tables, ` +
          `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB.`,
      );
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function write(terminal: Terminal, destination: Writable) {
  const { databaseUrl } = await import('../backup/failures.ts');
  const { rowProgress } = await import('../backup/row-progress.ts');
  const { writeBackup } = await import('../../db/postgres/backup/write-backup.ts');
  using progress = rowProgress(terminal);
  return await writeBackup(destination, {
    url: databaseUrl(terminal),
    release: RELEASE,
    onProgress: (rows) => progress.show(rows),
  });
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
