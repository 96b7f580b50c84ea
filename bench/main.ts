import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { readBaseline, regressionsOf, saveBaseline } from './baseline.ts';
import { type Benchmark, type Figure, isReached, type Size } from './benchmark.ts';

/*
 * `npm run bench -- NAME [--quick]`: runs a benchmark, prints its figures, and writes them to
 * `bench/results/NAME.json` with the machine and the commit. `all` runs every one.
 *
 * With `--quick` the figures are compared with `bench/baseline.json`: what has become worse by more
 * than a quarter fails, what is not reached yet does not. `--save-baseline` keeps them as the next.
 */
const HOME = new URL('.', import.meta.url);
const BYTES_PER_GIB = 2 ** 30;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    'save-baseline': { type: 'boolean', default: false },
  },
});
const names = (await readdir(new URL('benchmarks/', HOME)))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const wanted = positionals.includes('all') ? names : positionals;
const unknown = wanted.filter((name) => !names.includes(name));
if (wanted.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.`);
  console.error(
    `usage: npm run bench -- NAME [--quick [--save-baseline]]\nNAME is all, or of: ${names.join(', ')}`,
  );
  process.exit(2);
}

const size: Size = values.quick ? 'quick' : 'full';
const baseline = await readBaseline();
const regressions = [];
for (const name of wanted) {
  const { benchmark } = (await import(`./benchmarks/${name}.ts`)) as { benchmark: Benchmark };
  console.error(`\n${name}: ${benchmark.summary}`);
  const figures = await benchmark.run(size, (line) => console.error(`  ${line}`));
  print(figures);
  await keep(name, figures);
  if (size === 'quick' && values['save-baseline']) await saveBaseline(name, figures);
  else if (size === 'quick') regressions.push(...regressionsOf(name, figures, baseline));
}
if (regressions.length > 0) {
  console.error('\nWorse than the baseline by more than a quarter:');
  console.table(regressions);
  process.exitCode = 1;
}

function print(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => ({
    figure: figure.name,
    value: `${round(figure.value)} ${figure.unit}`.trim(),
    reach: reachText(figure),
    reached: { true: 'yes', false: 'NO', null: '' }[String(isReached(figure))],
  }));
  console.table(rows);
}

function reachText({ reach, unit }: Figure): string {
  if (reach === null) return '';
  return 'at_most' in reach ? `≤ ${reach.at_most} ${unit}` : `≥ ${reach.at_least} ${unit}`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

async function keep(name: string, figures: readonly Figure[]): Promise<void> {
  const results = new URL('results/', HOME);
  await mkdir(results, { recursive: true });
  const result = {
    benchmark: name,
    size,
    at: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory_gib: Math.round(totalmem() / BYTES_PER_GIB),
    },
    figures,
  };
  await writeFile(new URL(`${name}.json`, results), `${JSON.stringify(result, null, 2)}\n`);
}
