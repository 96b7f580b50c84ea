import { sql } from 'kysely';
import type { Benchmark, Figure, Size } from './benchmark.ts';
import { type Discovered, describe, discoveryBench, type Estate, seconds } from './discovery.ts';
import type { FreshStores } from './fresh-stores.ts';

/** The sizes that memory is compared between; the ratios are those of the larger. */
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
  /** Activities of the first discovery, beside those that list. */
  further_activities: number;
  peak_mib: number;
  items: number;
  relationships: number;
}

/**
 * Discoveries of an estate against listing the same pages and nothing else: the first, one where nothing
 * has changed, and one where 1 % has.
 *
 * @param estateOf the estate with that many resources
 */
export function compareDiscovery(
  name: string,
  summary: string,
  estateOf: (resources: number) => Estate,
): Benchmark {
  return {
    summary,
    async run(size, progress) {
      const [small, large] = RESOURCES[size];
      const measureOf = (resources: number) =>
        measure(`${name}_${resources}`, resources, estateOf(resources), progress);
      const first = await measureOf(small);
      const second = await measureOf(large);
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
        aside(`activities beside those that list, ${at}`, second.further_activities, ''),
        aside('raw listing', second.raw_ms / 1000, 's'),
        aside('first discovery', second.first_ms / 1000, 's'),
        aside('rediscovery', second.unchanged_ms / 1000, 's'),
      ];
    },
  };
}

function figure(name: string, value: number, atMost: number, unit: string): Figure {
  return { name, value, reach: { at_most: atMost }, unit };
}

function aside(name: string, value: number, unit: string): Figure {
  return { name, value, reach: null, unit };
}

async function measure(
  name: string,
  resources: number,
  estate: Estate,
  progress: (line: string) => void,
): Promise<Measured> {
  await using bench = await discoveryBench(name, estate);
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
  const before = await commits(bench.stores);
  const unchanged = await discover('unchanged');
  if ((await commits(bench.stores)) !== before) {
    throw new Error('A discovery that found nothing new has changed something.');
  }
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
    .filter((step) => step.activity !== 'collectSlices')
    .reduce((sum, step) => sum + step.count, 0);
}

async function counted({ db }: FreshStores): Promise<{ items: number; relationships: number }> {
  const { rows } = await sql<{ items: string; relationships: string }>`
    select (select count(*) from items) as items, (select count(*) from relationships) as relationships
  `.execute(db);
  return { items: Number(rows[0]?.items), relationships: Number(rows[0]?.relationships) };
}

/** Whatever changes an item, a version or a relationship, and what the graph is told, is a commit. */
async function commits({ db }: FreshStores): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from ticks`.execute(db);
  return Number(rows[0]?.count);
}
