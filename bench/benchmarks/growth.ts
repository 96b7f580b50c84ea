import type { Benchmark, Size } from '../benchmark.ts';
import { describe, discoveryBench } from '../discovery.ts';

const RESOURCES: Readonly<Record<Size, readonly [number, number]>> = {
  quick: [10_000, 40_000],
  full: [100_000, 1_000_000],
};

/** The smaller size is discovered once before, so that both find the same warm stores. */
export const benchmark: Benchmark = {
  summary: 'how the time and the memory of a first discovery grow with the size of the estate',
  async run(size, progress) {
    const [small, large] = RESOURCES[size];
    const measured: Array<{ elapsed_ms: number; peak_mib: number }> = [];
    for (const resources of [small, small, large]) {
      await using bench = await discoveryBench(`growth_${resources}`, { aws: { resources } });
      await using worker = await bench.startWorker();
      const discovered = await bench.discover();
      for (const line of describe(discovered)) progress(`${resources}: ${line}`);
      measured.push({
        elapsed_ms: discovered.elapsed_ms,
        peak_mib: await worker.peakMemoryMib(),
      });
    }
    const [, first, last] = measured;
    if (!first || !last) throw new Error('nothing was measured');
    const exponent = Math.log(last.elapsed_ms / first.elapsed_ms) / Math.log(large / small);
    return [
      {
        name: 'growth of a first discovery, as an exponent',
        value: exponent,
        reach: { at_most: 1.05 },
        unit: '',
      },
      {
        name: "growth of the worker's peak memory",
        value: last.peak_mib / first.peak_mib,
        reach: { at_most: 1.1 },
        unit: '×',
      },
      {
        name: `peak memory at ${large}`,
        value: last.peak_mib,
        reach: { at_most: 400 },
        unit: 'MiB',
      },
      { name: `time at ${large}`, value: last.elapsed_ms / 1000, reach: null, unit: 's' },
    ];
  },
};
