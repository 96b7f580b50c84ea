import { sql } from 'kysely';
import type { Benchmark, Figure, Size } from '../benchmark.ts';
import { type Discovered, describe, discoveryBench, seconds } from '../discovery.ts';
import type { FreshStores } from '../fresh-stores.ts';

const RESOURCES: Readonly<Record<Size, readonly [number, number]>> = {
  quick: [2_000, 10_000],
  full: [10_000, 100_000],
};

interface Measured {
  resources: number;
  raw_ms: number;
  first_ms: number;
  unchanged_ms: number;
  changed_ms: number;
  /** Activities of the first discovery, beyond one a slice. */
  further_activities: number;
  peak_mib: number;
  items: number;
  relationships: number;
}

/** Discovery of the synthetic AWS, against listing the same pages and nothing else. */
export const benchmark: Benchmark = {
  summary: 'a first and a second discovery of AWS, as multiples of the raw listing',
  async run(size, progress) {
    const [small, large] = RESOURCES[size];
    const first = await measure(small, progress);
    const second = await measure(large, progress);
    const at = `${second.items} items, ${second.relationships} relationships`;
    const ratio = (ms: number) => ms / second.raw_ms;
    return [
      figure('first discovery', ratio(second.first_ms), 2.5, '× raw listing'),
      figure('rediscovery, nothing changed', ratio(second.unchanged_ms), 1.3, '× raw listing'),
      figure('rediscovery, 1 % changed', ratio(second.changed_ms), 1.4, '× raw listing'),
      figure(`worker's peak memory at ${large}`, second.peak_mib, 400, 'MiB'),
      figure(
        `peak memory at ${large} against ${small}`,
        second.peak_mib / first.peak_mib,
        1.1,
        '×',
      ),
      aside(`activities beyond one a slice, ${at}`, second.further_activities, ''),
      aside('raw listing', second.raw_ms / 1000, 's'),
      aside('first discovery', second.first_ms / 1000, 's'),
      aside('rediscovery', second.unchanged_ms / 1000, 's'),
    ];
  },
};

function figure(name: string, value: number, atMost: number, unit: string): Figure {
  return { name, value, reach: { at_most: atMost }, unit };
}

function aside(name: string, value: number, unit: string): Figure {
  return { name, value, reach: null, unit };
}

async function measure(resources: number, progress: (line: string) => void): Promise<Measured> {
  await using bench = await discoveryBench(`aws_${resources}`, { resources });
  const raw = async () => {
    const milliseconds = await bench.rawListingMs();
    progress(`${resources}: raw listing ${seconds(milliseconds)}`);
    return milliseconds;
  };
  const discover = async (what: string) => {
    const discovered = await bench.discover();
    for (const line of describe(discovered)) progress(`${resources}: ${what} ${line}`);
    return discovered;
  };

  const rawBefore = await raw();
  await using worker = await bench.startWorker();
  const first = await discover('first');
  const unchanged = await discover('unchanged');
  await bench.synthetic.setEpoch(1);
  const changed = await discover('1 % changed');
  const peak_mib = await worker.peakMemoryMib();
  progress(`${resources}: worker's peak memory ${Math.round(peak_mib)} MiB`);
  const rawAfter = await raw();
  return {
    resources,
    raw_ms: (rawBefore + rawAfter) / 2,
    first_ms: first.elapsed_ms,
    unchanged_ms: unchanged.elapsed_ms,
    changed_ms: changed.elapsed_ms,
    further_activities: furtherActivities(first),
    peak_mib,
    ...(await counted(bench.stores)),
  };
}

function furtherActivities({ steps }: Discovered): number {
  return steps
    .filter((step) => step.activity !== 'collectSlice')
    .reduce((sum, step) => sum + step.count, 0);
}

async function counted({ db }: FreshStores): Promise<{ items: number; relationships: number }> {
  const { rows } = await sql<{ items: string; relationships: string }>`
    select (select count(*) from items) as items, (select count(*) from relationships) as relationships
  `.execute(db);
  return { items: Number(rows[0]?.items), relationships: Number(rows[0]?.relationships) };
}
