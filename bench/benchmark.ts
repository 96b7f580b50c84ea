/** How large a run is: `--quick` for a look, or in full. */
export type Size = 'quick' | 'full';

/** One figure: a ratio or a slope taken in one run, so that it holds on a noisy machine. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** What should be reached, and which way is better; null for figures that explain others. */
  readonly reach: { readonly at_most: number } | { readonly at_least: number } | null;
  readonly unit: string;
}

/** What a file under `benchmarks/` exports as `benchmark`; it goes by the file's name. */
export interface Benchmark {
  readonly summary: string;
  run(size: Size, progress: (line: string) => void): Promise<readonly Figure[]>;
}

/** Whether the figure reaches what it should; null where nothing is asked of it. */
export function isReached({ value, reach }: Figure): boolean | null {
  if (reach === null) return null;
  return 'at_most' in reach ? value <= reach.at_most : value >= reach.at_least;
}
