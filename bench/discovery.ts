import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { DISCOVERY_WORKFLOW } from '../model/discovery-workflow.ts';
import { providerSchema } from '../model/enums.ts';
import type { DiscoveryRequest } from '../model/scope.ts';
import { type CpuSeconds, cpuBetween, cpuSeconds } from './cpu-time.ts';
import { type FreshStores, freshStores } from './fresh-stores.ts';
import { type MeasuredProcess, startProgram } from './processes.ts';
import { type StepTime, stepTimes } from './step-times.ts';
import { syntheticCredentials } from './synthetic/credentials.ts';
import type { estateSchema } from './synthetic/options.ts';
import { type Synthetic, startSynthetic } from './synthetic/start.ts';

/** Where the synthetic AWS is spread over. */
export const REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-south-1'];

/** What the synthetic process serves. */
export type Estate = Pick<z.input<typeof estateSchema>, 'aws' | 'azure' | 'gcp' | 'kubernetes'>;

/** One discovery from its start to its end. */
export interface Discovered {
  readonly elapsed_ms: number;
  readonly steps: readonly StepTime[];
  readonly cpu: { readonly before: CpuSeconds; readonly after: CpuSeconds };
}

/** The synthetic providers and empty stores; workers are started by whoever measures. */
export interface DiscoveryBench extends AsyncDisposable {
  readonly synthetic: Synthetic;
  readonly stores: FreshStores;
  /** What worker, raw listing and the like have to be told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts one more worker, and waits until it is ready. */
  startWorker(): Promise<MeasuredProcess>;
  /** Runs a program of the benchmarks to its end; it prints JSON. */
  run<T>(file: string): Promise<T>;
  /** Lists the same pages by the same clients, as many at once, and throws them away. */
  rawListingMs(): Promise<number>;
  /** @throws when it ends in any other way than completed */
  discover(): Promise<Discovered>;
}

/**
 * @param estate only the providers that are named in it are discovered
 * @param provider another AWS in place of the synthetic one, and what is asked of it
 */
export async function discoveryBench(
  name: string,
  estate: Estate,
  provider?: { readonly url: string; readonly request: DiscoveryRequest },
): Promise<DiscoveryBench> {
  await using started = new AsyncDisposableStack();
  const { aws, ...others } = estate;
  const synthetic = started.use(
    await startSynthetic(
      { aws: { regions: REGIONS, ...aws }, ...others },
      { tls: others.azure !== undefined },
    ),
  );
  const stores = started.use(await freshStores(name));
  const taskQueue = `bench-${randomUUID()}`;
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
  started.defer(() => connection.close());
  const client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' });
  const request = provider?.request ?? {
    providers: providerSchema.options.filter((name) => name in estate),
  };
  const directory = await mkdtemp(join(tmpdir(), 'cmdb-bench-'));
  started.defer(() => rm(directory, { recursive: true }));
  // A scheduled discovery at the full hour would be measured, too.
  const sources = join(directory, 'sources.yaml');
  await writeFile(sources, stringify({ discovery: { schedule: 'off' } }));
  const environment = {
    ...stores.environment,
    ...(await syntheticCredentials(synthetic, directory)),
    ...(provider ? { AWS_ENDPOINT_URL: provider.url } : {}),
    AWS_REGION: REGIONS[0] ?? '',
    CMDB_TASK_QUEUE: taskQueue,
    CMDB_HOST_DISCOVERY: 'off',
    CMDB_SOURCES: sources,
    LOG_LEVEL: 'info',
    BENCH_REQUEST: JSON.stringify(request),
  };
  const run = async <T>(file: string) => {
    await using program = startProgram(file, environment);
    return JSON.parse(await program.output) as T;
  };
  const held = started.move();
  return {
    synthetic,
    stores,
    environment,
    run,
    async startWorker() {
      const worker = startProgram('worker/main.ts', environment);
      await worker.printed('the worker is ready');
      return worker;
    },
    rawListingMs: async () =>
      (await run<{ milliseconds: number }>('bench/raw-listing.ts')).milliseconds,
    async discover() {
      const before = cpuSeconds();
      const from = performance.now();
      const workflowId = randomUUID();
      const result = await client.workflow.execute(DISCOVERY_WORKFLOW, {
        taskQueue,
        workflowId,
        args: [request],
      });
      const elapsed_ms = performance.now() - from;
      const { status } = result as { status: string };
      if (status !== 'completed') throw new Error(`The discovery ended ${status}.`);
      const after = cpuSeconds();
      return { elapsed_ms, steps: await stepTimes(client, workflowId), cpu: { before, after } };
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Lines that say where a discovery's time went. */
export function describe({ elapsed_ms, steps, cpu }: Discovered): string[] {
  return [
    `${seconds(elapsed_ms)}; processor seconds: ${cpuBetween(cpu.before, cpu.after)}`,
    ...steps.map((step) => {
      const span = `from ${seconds(step.from_ms)} to ${seconds(step.to_ms)}`;
      return `  ${step.activity} × ${step.count}: ${span}, ${seconds(step.sum_ms)} in all`;
    }),
  ];
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
