import { styleText } from 'node:util';
import cliProgress from 'cli-progress';
import { printable } from '../output/printable.ts';
import {
  byProvider,
  type ProgressView,
  type ProviderProgress,
  phaseOf,
  sliceName,
} from './progress-view.ts';
import type { RunDetail, Slice } from './run-columns.ts';

/** Slices that are shown at once; more run, and a terminal has so many lines. */
const SHOWN_SLICES = 6;
const PROVIDERS = ['aws', 'gcp', 'azure', 'kubernetes', 'host', 'declared'];
const NAME_WIDTH = Math.max(...PROVIDERS.map((name) => name.length));
const BAR_WIDTH = 28;
const FRAMES_PER_SECOND = 5;

/** A line as it is drawn: the text without colour is what has to fit. */
interface Line {
  text: string;
  colour: 'dim' | null;
}

/**
 * Bars on a terminal: one for each provider by slices, and below them the slices that are being
 * listed, of which nobody knows how much there is.
 */
export function progressBars(stream: NodeJS.WriteStream): ProgressView {
  const bars = new cliProgress.MultiBar({
    stream,
    fps: FRAMES_PER_SECOND,
    clearOnComplete: true,
    hideCursor: true,
    linewrap: false,
    // Ctrl-C asks first.
    gracefulExit: false,
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: (options, params, payload: Line | ProviderProgress) =>
      'provider' in payload
        ? providerLine(options, params.progress, payload)
        : paint(cut(payload.text, stream), payload.colour, stream),
  });
  const providers = new Map<string, cliProgress.SingleBar>();
  const head = bars.create(1, 0, line(''));
  // Slices come last, so that a provider that comes later has its bar above them.
  let slices: cliProgress.SingleBar[] = [];
  return {
    show(run) {
      head.update(0, line(headOf(run)));
      for (const progress of byProvider(run)) {
        const known = providers.get(progress.provider);
        if (known) {
          known.setTotal(progress.total);
          known.update(progress.done, progress);
          continue;
        }
        for (const bar of slices) bars.remove(bar);
        slices = [];
        providers.set(progress.provider, bars.create(progress.total, progress.done, progress));
      }
      const running = run.slices.filter(({ state }) => state === 'collecting');
      const lines = linesOf(running);
      for (const [index, one] of lines.entries()) {
        const bar = slices[index];
        if (bar) bar.update(0, one);
        else slices.push(bars.create(1, 0, one));
      }
      for (const bar of slices.slice(lines.length)) bar.update(0, line(''));
    },
    close: () => bars.stop(),
  };
}

function headOf(run: RunDetail): string {
  const { slices_done, slices_total } = run.progress;
  const counts = slices_total > 0 ? `  ${slices_done} of ${slices_total} slices` : '';
  return `${phaseOf(run)}${counts}${run.slices_truncated ? ' (the bars show a part)' : ''}`;
}

function providerLine(
  options: cliProgress.Options,
  progress: number,
  { provider, done, total, items }: ProviderProgress,
): string {
  const bar = cliProgress.Format.BarFormat(progress, options);
  const counts = `${done}/${total} slices  ${items.toLocaleString('en')} items`;
  return `${provider.padEnd(NAME_WIDTH)}  ${bar}  ${counts}`;
}

function linesOf(running: readonly Slice[]): Line[] {
  const shown = running.slice(0, SHOWN_SLICES).map((slice) => {
    const pages = slice.pages === 1 ? '1 page' : `${slice.pages} pages`;
    const name = printable(sliceName(slice));
    return line(`  ${name}  ${pages}, ${slice.items.toLocaleString('en')} items`, 'dim');
  });
  const more = running.length - shown.length;
  return more > 0 ? [...shown, line(`  and ${more} more`, 'dim')] : shown;
}

function line(text: string, colour: Line['colour'] = null): Line {
  return { text, colour };
}

function cut(text: string, { columns }: NodeJS.WriteStream): string {
  return text.slice(0, (columns || 80) - 1);
}

function paint(text: string, colour: Line['colour'], stream: NodeJS.WriteStream): string {
  return colour === null ? text : styleText(colour, text, { stream });
}
