import type { Output } from '../output/output.ts';
import { isInTrouble } from './progress-view.ts';
import { duration, RUN_COLOURS, type RunDetail, SLICE_COLUMNS, type Slice } from './run-columns.ts';

/** Slices in trouble that are shown; `cmdb runs show` has all. */
const SHOWN = 20;
const TROUBLE_COLUMNS = SLICE_COLUMNS.filter(({ name }) =>
  ['state', 'provider', 'account', 'region', 'resource_type', 'trouble'].includes(name),
);
const COUNTS = ['added', 'changed', 'missing', 'retired', 'resurrected'] as const;

/** Says how a run ended: what it found, what it changed, and what went wrong. */
export function summarizeRun(output: Output, run: RunDetail): void {
  const { slices, progress, status } = run;
  const sum = (count: (slice: Slice) => number) =>
    slices.reduce((total, slice) => total + count(slice), 0);
  const items = sum((slice) => slice.items).toLocaleString('en');
  const changes = COUNTS.map((name) => [name, sum((slice) => slice[name])] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`);
  const what = output.paint(RUN_COLOURS[status], status.replaceAll('_', ' '));
  output.line(
    `${what} in ${duration(run)}: ${progress.slices_done} of ${progress.slices_total} slices, ` +
      `${items} items${run.slices_truncated ? ' in those told of' : ''}; ` +
      `${changes.join(', ') || 'nothing changed'}.`,
  );
  for (const { provider, account, message } of run.errors) {
    const where = [provider, account].filter(Boolean).join(' ');
    output.line(output.safe(`  ${where ? `${where}: ` : ''}${message}`));
  }
  const troubled = slices.filter(isInTrouble);
  if (troubled.length === 0) return;
  output.line();
  output.table(troubled.slice(0, SHOWN), TROUBLE_COLUMNS);
  if (troubled.length > SHOWN) {
    output.line(`and ${troubled.length - SHOWN} more: cmdb runs show ${run.run_id}`);
  }
}
