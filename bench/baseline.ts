import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Figure } from './benchmark.ts';

/** What `--quick` measured when somebody last looked: figures by benchmark and name. */
const baselineSchema = z.record(z.string(), z.record(z.string(), z.number()));
export type Baseline = z.infer<typeof baselineSchema>;

/** A figure that is this much worse than the baseline is a regression. */
const TOLERANCE = 0.25;

/** Say how fast the machine is, not how good the program is. */
const ABSOLUTE_UNITS: readonly string[] = ['s', 'ms'];

export interface Regression {
  readonly benchmark: string;
  readonly figure: string;
  readonly baseline: number;
  readonly measured: number;
}

const FILE = new URL('baseline.json', import.meta.url);

export async function readBaseline(): Promise<Baseline> {
  return baselineSchema.parse(JSON.parse(await readFile(FILE, 'utf8')));
}

/** Takes the place of what the baseline has of the same benchmark. */
export async function saveBaseline(benchmark: string, figures: readonly Figure[]): Promise<void> {
  const baseline = await readBaseline();
  baseline[benchmark] = Object.fromEntries(
    figures.filter(isCompared).map(({ name, value }) => [name, Number(value.toPrecision(3))]),
  );
  const sorted = Object.fromEntries(Object.entries(baseline).sort());
  await writeFile(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** @returns the figures that are worse than the baseline by more than a quarter */
export function regressionsOf(
  benchmark: string,
  figures: readonly Figure[],
  baseline: Baseline,
): Regression[] {
  return figures.filter(isCompared).flatMap(({ name, value, reach }) => {
    const before = baseline[benchmark]?.[name];
    if (before === undefined || reach === null) return [];
    const isWorse =
      'at_most' in reach ? value > before * (1 + TOLERANCE) : value < before / (1 + TOLERANCE);
    return isWorse ? [{ benchmark, figure: name, baseline: before, measured: value }] : [];
  });
}

function isCompared({ reach, unit }: Figure): boolean {
  return reach !== null && !ABSOLUTE_UNITS.includes(unit);
}
