import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import type { Benchmark, Figure, Size } from '../benchmark.ts';
import { cpuBetween, cpuSeconds } from '../cpu-time.ts';
import { type FreshStores, freshStores } from '../fresh-stores.ts';
import { startProgram } from '../processes.ts';
import { stepTimes } from '../step-times.ts';
import { startSynthetic } from '../synthetic/start.ts';

const RESOURCES: Readonly<Record<Size, readonly [number, number]>> = {
  quick: [2_000, 10_000],
  full: [10_000, 100_000],
};
const REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-south-1'];

interface Measured {
  resources: number;
  raw_ms: number;
  first_ms: number;
  unchanged_ms: number;
  changed_ms: number;
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
      figure(`first discovery of ${at}`, ratio(second.first_ms), 2.5, '× raw listing'),
      figure('rediscovery, nothing changed', ratio(second.unchanged_ms), 1.3, '× raw listing'),
      figure('rediscovery, 1 % changed', ratio(second.changed_ms), 1.4, '× raw listing'),
      figure(`worker's peak memory at ${large}`, second.peak_mib, 400, 'MiB'),
      figure(
        `peak memory at ${large} against ${small}`,
        second.peak_mib / first.peak_mib,
        1.1,
        '×',
      ),
      { name: 'raw listing', value: second.raw_ms / 1000, unit: 's', reach: null },
      { name: 'first discovery', value: second.first_ms / 1000, unit: 's', reach: null },
      { name: 'rediscovery', value: second.unchanged_ms / 1000, unit: 's', reach: null },
    ];
  },
};

function figure(name: string, value: number, atMost: number, unit: string): Figure {
  return { name, value, reach: { at_most: atMost }, unit };
}

async function measure(resources: number, progress: (line: string) => void): Promise<Measured> {
  await using synthetic = await startSynthetic({ aws: { resources, regions: REGIONS } });
  await using stores = await freshStores(`aws_${resources}`);
  const taskQueue = `bench-${randomUUID()}`;
  const environment = {
    ...stores.environment,
    AWS_ENDPOINT_URL: synthetic.url,
    AWS_ACCESS_KEY_ID: 'synthetic',
    AWS_SECRET_ACCESS_KEY: 'synthetic',
    AWS_REGION: REGIONS[0] ?? '',
    CMDB_TASK_QUEUE: taskQueue,
    CMDB_HOST_DISCOVERY: 'off',
    LOG_LEVEL: 'info',
  };
  const rawBefore = await rawListing(environment);
  progress(`${resources}: raw listing ${seconds(rawBefore)}`);

  await using worker = startProgram('worker/main.ts', environment);
  await worker.printed('the worker is ready');
  const first = await discover(taskQueue, progress);
  progress(`${resources}: first discovery ${seconds(first)}`);
  const unchanged = await discover(taskQueue, progress);
  progress(`${resources}: unchanged ${seconds(unchanged)}`);
  await synthetic.setEpoch(1);
  const changed = await discover(taskQueue, progress);
  progress(`${resources}: 1 % changed ${seconds(changed)}`);
  const peak = await worker.peakMemoryMib();
  progress(`${resources}: worker's peak memory ${Math.round(peak)} MiB`);
  const rawAfter = await rawListing(environment);
  progress(`${resources}: raw listing ${seconds(rawAfter)}`);

  return {
    resources,
    raw_ms: (rawBefore + rawAfter) / 2,
    first_ms: first,
    unchanged_ms: unchanged,
    changed_ms: changed,
    peak_mib: peak,
    ...(await counted(stores)),
  };
}

async function rawListing(environment: Readonly<Record<string, string>>): Promise<number> {
  await using program = startProgram('bench/raw-listing.ts', environment);
  return (JSON.parse(await program.output) as { milliseconds: number }).milliseconds;
}

/** Runs a discovery to its end, and says how long that took. */
async function discover(taskQueue: string, progress: (line: string) => void): Promise<number> {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
  const client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' });
  const cpuBefore = cpuSeconds();
  const started = performance.now();
  const workflowId = randomUUID();
  const result = await client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue,
    workflowId,
    args: [{ providers: ['aws'] }],
  });
  const elapsed = performance.now() - started;
  progress(`    processor seconds: ${cpuBetween(cpuBefore, cpuSeconds())}`);
  for (const step of await stepTimes(client, workflowId)) {
    const span = `from ${seconds(step.from_ms)} to ${seconds(step.to_ms)}`;
    progress(`    ${step.activity} × ${step.count}: ${span}, ${seconds(step.sum_ms)} in all`);
  }
  await connection.close();
  const { status } = result as { status: string };
  if (status !== 'completed') throw new Error(`The discovery ended ${status}.`);
  return elapsed;
}

async function counted({ db }: FreshStores): Promise<{ items: number; relationships: number }> {
  const { rows } = await sql<{ items: string; relationships: string }>`
    select (select count(*) from items) as items, (select count(*) from relationships) as relationships
  `.execute(db);
  return { items: Number(rows[0]?.items), relationships: Number(rows[0]?.relationships) };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
