import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import type { BackupHeader } from '../../db/postgres/backup/backup-file.ts';
import { CliError } from '../cli-error.ts';
import { withExamples } from '../options.ts';
import { type CommonOptions, openOutput, withJson } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

interface RestoreOptions extends CommonOptions {
  replace?: boolean;
  yes?: boolean;
}

const FROM_PIPE = '-';

/** `cmdb restore` */
export function restoreCommand(terminal: Terminal): Command {
  const command = new Command('restore')
    .description('fill a database from a backup of this release or an older one')
    .argument('<file>', 'the backup; - for standard input')
    .option('--replace', 'lose the inventory that the database has')
    .option('-y, --yes', 'do not ask before that')
    .addHelpText(
      'after',
      '\nAll of it is restored, or nothing: a file that is damaged changes nothing. The graph and the\n' +
        'cache are filled again afterwards.',
    )
    .action(async (file: string, options: RestoreOptions) => {
      const { explainFailure } = await import('../backup/failures.ts');
      try {
        await restore(terminal, file, options);
      } catch (error) {
        throw explainFailure(error);
      }
    });
  return withExamples(
    withJson(command),
    'cmdb restore cmdb-2026-11-23.backup',
    'ssh vault cat cmdb.backup | cmdb restore - --replace --yes',
  );
}

async function restore(terminal: Terminal, file: string, options: RestoreOptions): Promise<void> {
  const { databaseUrl } = await import('../backup/failures.ts');
  const url = databaseUrl(terminal);
  if (options.replace && !options.yes) await confirm(terminal, file, url);
  const source: Readable = file === FROM_PIPE ? terminal.stdin : createReadStream(file);
  const { header, migrated } = await load(terminal, source, url, options.replace === true);
  const output = openOutput(terminal, options);
  if (output.format === 'json') output.json({ file, migrated, ...header });
  else output.line(summaryOf(file, header, migrated));
  note(terminal, 'The graph and the cache follow: cmdb graph rebuild.');
}

async function load(terminal: Terminal, source: Readable, url: string, mayReplace: boolean) {
  const { rowProgress } = await import('../backup/row-progress.ts');
  const { restoreBackup } = await import('../../db/postgres/backup/restore-backup.ts');
  using progress = rowProgress(terminal);
  return await restoreBackup(source, {
    url,
    may_replace: mayReplace,
    onProgress: (rows) => progress.show(rows),
  });
}

function summaryOf(file: string, header: BackupHeader, migrated: readonly string[]): string {
  const rows = header.tables.reduce((sum, table) => sum + table.rows, 0).toLocaleString('en');
  const upgraded = migrated.length > 0 ? `, brought up by ${migrated.join(', ')}` : '';
  return `${file} of ${header.created_at}, release ${header.release}: ${rows} rows restored${upgraded}.`;
}

async function confirm(terminal: Terminal, file: string, url: string): Promise<void> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY || file === FROM_PIPE) {
    throw new CliError('usage', 'Nobody is there to be asked.', 'Give --yes beside --replace.');
  }
  const { host, pathname } = new URL(url);
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await asking.question(
      `What the database ${host}${pathname} has now is lost. Write "replace" to go on: `,
    );
    if (answer.trim() === 'replace') return;
  } finally {
    asking.close();
  }
  throw new CliError('interrupted', 'Nothing was changed.', null);
}
