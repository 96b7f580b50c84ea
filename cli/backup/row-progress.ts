import cliProgress from 'cli-progress';
import type { BackupProgress } from '../../db/postgres/backup/write-backup.ts';
import type { Terminal } from '../terminal.ts';

/** A bar by rows on a terminal, nothing elsewhere. */
export interface RowProgress extends Disposable {
  show(progress: BackupProgress): void;
}

export function rowProgress({ stderr, environment }: Terminal): RowProgress {
  if (!stderr.isTTY || environment.TERM === 'dumb') {
    return { show: () => {}, [Symbol.dispose]: () => {} };
  }
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    format: '{bar} {value} of {total} rows  {table}',
    barsize: 28,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    // It would keep Ctrl-C from ending the process.
    gracefulExit: false,
  });
  let isStarted = false;
  return {
    show: ({ table, rows_done, rows_total }) => {
      if (!isStarted) bar.start(rows_total, 0, { table });
      isStarted = true;
      bar.update(rows_done, { table });
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}
