import type { Benchmark, Size } from '../benchmark.ts';
import { cpuBetween } from '../cpu-time.ts';
import { type Discovered, describe, discoveryBench } from '../discovery.ts';

const RESOURCES: Readonly<Record<Size, number>> = { quick: 5_000, full: 50_000 };

/** The same first discovery by one worker and by two, over warm stores. */
export const benchmark: Benchmark = {
  summary: 'what a second worker on the same machine brings',
  async run(size, progress) {
    const resources = RESOURCES[size];
    const discoverWith = async (workers: number): Promise<Discovered> => {
      await using bench = await discoveryBench(`workers_${workers}`, { aws: { resources } });
      await using _workers = await severalOf(workers, () => bench.startWorker());
      const discovered = await bench.discover();
      for (const line of describe(discovered)) progress(`${workers} workers: ${line}`);
      return discovered;
    };
    await discoverWith(1);
    const one = await discoverWith(1);
    const two = await discoverWith(2);
    progress(`one: ${cpuBetween(one.cpu.before, one.cpu.after)}`);
    const used = (program: string) =>
      (one.cpu.after[program] ?? 0) - (one.cpu.before[program] ?? 0);
    const all = Object.keys(one.cpu.after).reduce((sum, program) => sum + used(program), 0);
    const aside = (name: string, value: number, unit: string) => ({
      name,
      value,
      reach: null,
      unit,
    });
    return [
      aside('two workers', one.elapsed_ms / two.elapsed_ms, '× as fast as one'),
      ...['worker', 'postgres', 'neo4j', 'temporal'].map((program) =>
        aside(`processor time of ${program}`, (100 * used(program)) / all, '%'),
      ),
    ];
  },
};

async function severalOf<T extends AsyncDisposable>(
  count: number,
  start: () => Promise<T>,
): Promise<AsyncDisposable> {
  const started = new AsyncDisposableStack();
  for (let number = 0; number < count; number++) started.use(await start());
  return started;
}
