import { printable } from '../output/printable.ts';
import { isInTrouble, type ProgressView, phaseOf, sliceName } from './progress-view.ts';
import { type RunDetail, troubleOf } from './run-columns.ts';

/** A line at least this often, so that a log shows that it goes on. */
const QUIET_MS = 15_000;
/** Lines about slices in trouble; the rest is counted at the end. */
const MOST_TROUBLES = 50;

/** Plain lines, for logs: how far it is now and then, and each slice that ends in trouble. */
export function progressLines(stream: NodeJS.WriteStream): ProgressView {
  const told = new Set<string>();
  let lastLine = '';
  let lastAt = 0;
  return {
    show(run) {
      for (const slice of run.slices) {
        if (!isInTrouble(slice) || told.has(slice.slice_id) || told.size >= MOST_TROUBLES) continue;
        told.add(slice.slice_id);
        const what = printable(`${sliceName(slice)}: ${troubleOf(slice) ?? 'no reason is known'}`);
        stream.write(`${slice.state.padEnd(9)} ${slice.provider} ${what}\n`);
      }
      const text = far(run);
      const now = performance.now();
      const isPhaseNew = phaseOf(run) !== lastLine.split(':')[0];
      if (text === lastLine || (!isPhaseNew && now - lastAt < QUIET_MS)) return;
      lastLine = text;
      lastAt = now;
      stream.write(`${text}\n`);
    },
    close: () => {},
  };
}

function far(run: RunDetail): string {
  const items = run.slices.reduce((sum, slice) => sum + slice.items, 0);
  const { slices_done, slices_total } = run.progress;
  return `${phaseOf(run)}: ${slices_done} of ${slices_total} slices, ${items} items`;
}
