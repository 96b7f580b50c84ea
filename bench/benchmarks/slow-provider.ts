import type { Benchmark, Size } from '../benchmark.ts';
import { describe, discoveryBench, seconds } from '../discovery.ts';

const RESOURCES: Readonly<Record<Size, number>> = { quick: 5_000, full: 20_000 };
const LATENCY_MS = 100;
/** 5 % of the calls. */
const THROTTLE_EVERY = 20;

/**
 * Discovery of a provider that is slow and throttles. The ideal is listing the same pages as slowly,
 * by the same clients and as many at once, with no call throttled.
 */
export const benchmark: Benchmark = {
  summary: `discovery with ${LATENCY_MS} ms of latency and 5 % of the calls throttled`,
  async run(size, progress) {
    await using bench = await discoveryBench('slow_provider', {
      aws: { resources: RESOURCES[size] },
    });
    await using _worker = await bench.startWorker();
    // Compiled, connected, and with warm stores: what is asked here is how the waiting is spent.
    await bench.discover();
    await bench.synthetic.setFaults({ latency_ms: LATENCY_MS });
    await bench.synthetic.resetStatistics();
    const ideal_ms = await bench.rawListingMs();
    const { calls } = await bench.synthetic.statistics();
    progress(`ideal: ${calls} calls in ${seconds(ideal_ms)}`);
    await bench.synthetic.setFaults({ latency_ms: LATENCY_MS, throttle_every: THROTTLE_EVERY });
    await bench.synthetic.resetStatistics();
    const discovered = await bench.discover();
    const { throttled } = await bench.synthetic.statistics();
    for (const line of describe(discovered)) progress(line);
    progress(`${throttled} calls were throttled`);
    return [
      {
        name: 'rediscovery, slow and throttled',
        value: discovered.elapsed_ms / ideal_ms,
        reach: { at_most: 1.3 },
        unit: '× raw listing, slow',
      },
      { name: 'calls throttled', value: (100 * throttled) / calls, reach: null, unit: '%' },
    ];
  },
};
