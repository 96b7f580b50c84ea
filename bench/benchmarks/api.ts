import { sql } from 'kysely';
import type { Benchmark, Figure, Size } from '../benchmark.ts';
import { freshStores } from '../fresh-stores.ts';
import { addressOf, answered, load, startApi } from '../http-load.ts';
import { startProgram } from '../processes.ts';
import { seedInventory } from '../seeded-inventory.ts';

const ITEMS: Readonly<Record<Size, number>> = { quick: 100_000, full: 1_000_000 };
const SECONDS: Readonly<Record<Size, number>> = { quick: 3, full: 10 };
/** Items that are asked for over and over, so that the cache has them. */
const HOT_ITEMS = 100;
const CONNECTIONS = 16;

/** The API over an inventory that is already there. */
export const benchmark: Benchmark = {
  summary: 'items from the cache against a bare server; lists and statistics of many items',
  async run(size, progress) {
    const items = ITEMS[size];
    await using stores = await freshStores('api');
    progress(`writing ${items} items`);
    await seedInventory(stores.db, items);
    await using api = await startApi(stores.environment);
    const { base } = api;
    await using bare = startProgram('bench/bare-server.ts', {}, []);
    const bareBase = await addressOf(bare, '"port"');

    const { rows } = await sql<{ ci_id: string }>`
      select ci_id from items tablesample bernoulli (1) limit ${HOT_ITEMS}
    `.execute(stores.db);
    const paths = rows.map(({ ci_id }) => `/ci/${ci_id}`);
    for (const path of paths) await answered(`${base}${path}`);
    // What is compiled meanwhile is not what is measured.
    await load(base, paths, SECONDS[size], CONNECTIONS);
    await load(bareBase, paths, SECONDS[size], CONNECTIONS);
    const served: number[] = [];
    const floor: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      served.push((await load(base, paths, SECONDS[size], CONNECTIONS)).requests.average);
      floor.push((await load(bareBase, paths, SECONDS[size], CONNECTIONS)).requests.average);
    }
    progress(`GET /ci/{id}: ${served.join(', ')} a second; bare: ${floor.join(', ')}`);

    const lists = FILTERS.map((filter) => `/cis?limit=50&${filter}`);
    const listed = await load(base, lists, SECONDS[size], 1);
    progress(`GET /cis: ${JSON.stringify(listed.latency)}`);
    const counted = await load(base, ['/stats'], SECONDS[size], 1);
    progress(`GET /stats: ${JSON.stringify(counted.latency)}`);
    const part = await exported(stores.environment, '?account=account-17', progress);
    const all = await exported(stores.environment, '', progress);
    return [
      {
        name: 'GET /ci/{id} from the cache',
        value: middle(served) / middle(floor),
        reach: { at_least: 0.6 },
        unit: '× a bare Hono and Redis',
      },
      milliseconds(`GET /cis by three fields of ${items}, p99`, listed.latency.p99, 30),
      milliseconds(`GET /stats of ${items}, p99`, counted.latency.p99, 50),
      {
        name: `API's peak memory, export of ${all.rows}`,
        value: all.peak_mib,
        reach: { at_most: 400 },
        unit: 'MiB',
      },
      {
        name: `the same against an export of ${part.rows}`,
        value: all.peak_mib / part.peak_mib,
        reach: { at_most: 1.1 },
        unit: '×',
      },
    ];
  },
};

const FILTERS = [
  'provider=aws&ci_type=aws_ec2&environment=production',
  'provider=aws&ci_type=subnet&region=region-1',
  'account=account-17&environment=staging&status=active',
  'ci_type=container&environment=qa&status=failed',
  'provider=kubernetes&region=region-3&status=inactive',
];

/** Exports from an API that has answered nothing else. */
async function exported(
  environment: Readonly<Record<string, string>>,
  query: string,
  progress: (line: string) => void,
): Promise<{ rows: number; peak_mib: number }> {
  await using api = await startApi(environment);
  const { body } = await fetch(`${api.base}/cis/export${query}`);
  let rows = 0;
  for await (const chunk of body ?? []) rows += newlinesIn(chunk);
  const peak_mib = await api.peakMemoryMib();
  progress(`export of ${rows} items: peak memory ${Math.round(peak_mib)} MiB`);
  return { rows, peak_mib };
}

function newlinesIn(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}

function milliseconds(name: string, value: number, atMost: number): Figure {
  return { name, value, reach: { at_most: atMost }, unit: 'ms' };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
