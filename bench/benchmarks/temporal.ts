import type { Benchmark, Size } from '../benchmark.ts';
import { describe, discoveryBench, seconds } from '../discovery.ts';

const RESOURCES: Readonly<Record<Size, number>> = { quick: 10_000, full: 100_000 };

/**
 * The same activities, in the same order and as many at once, called by a plain program: what is
 * saved by that is what durable workflows cost.
 */
export const benchmark: Benchmark = {
  summary: 'what Temporal costs: the same activities with and without it',
  async run(size, progress) {
    const resources = RESOURCES[size];
    await using bench = await discoveryBench('temporal', { aws: { resources } });
    {
      // Fills the stores, so that both find the same.
      await using _worker = await bench.startWorker();
      await bench.discover();
    }
    const without: number[] = [];
    const with_: number[] = [];
    for (const epoch of [1, 2]) {
      await bench.synthetic.setEpoch(2 * epoch - 1);
      await using worker = await bench.startWorker();
      const discovered = await bench.discover();
      for (const line of describe(discovered)) progress(`with: ${line}`);
      with_.push(discovered.elapsed_ms);
      await worker[Symbol.asyncDispose]();
      await bench.synthetic.setEpoch(2 * epoch);
      const { milliseconds } = await bench.run<{ milliseconds: number }>(
        'bench/plain-discovery.ts',
      );
      progress(`without: ${seconds(milliseconds)}`);
      without.push(milliseconds);
    }
    const [plain, durable] = [sum(without), sum(with_)];
    return [
      {
        name: 'rediscovery, 1 % changed',
        value: durable / plain,
        reach: { at_most: 1.05 },
        unit: '× without Temporal',
      },
    ];
  },
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
