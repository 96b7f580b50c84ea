import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import getPort from 'get-port';
import { type Synthetic, startSynthetic } from '../../bench/synthetic/start.ts';
import { createDatabase } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import {
  createTestDatabase,
  emptyGraph,
  type TestDatabase,
  temporalTarget,
} from '../support/stores.ts';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  service: string;
}

const program = (name: string) => fileURLToPath(new URL(`../../${name}/main.ts`, import.meta.url));

let collector: Server;
const spans: Span[] = [];
let database: TestDatabase;
let synthetic: Synthetic;
let environment: Record<string, string>;
const children: ChildProcess[] = [];
let output = '';

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      collect(JSON.parse(body));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  database = await createTestDatabase();
  const db = createDatabase({ url: database.url, application_name: 'test' });
  await migrateToLatest(db);
  await db.destroy();
  const graph = await emptyGraph();
  synthetic = await startSynthetic({ aws: { resources: 50 } });
  const { address, namespace, taskQueue } = temporalTarget();
  environment = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATABASE_URL: database.url,
    NEO4J_URI: graph.uri,
    NEO4J_USERNAME: graph.username,
    NEO4J_PASSWORD: graph.password,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    CMDB_TASK_QUEUE: taskQueue,
    CMDB_HOST_DISCOVERY: 'off',
    CMDB_API_PORT: String(await getPort()),
    CMDB_WORKER_METRICS_PORT: String(await getPort()),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    AWS_ENDPOINT_URL: synthetic.url,
    AWS_ACCESS_KEY_ID: 'synthetic',
    AWS_SECRET_ACCESS_KEY: 'synthetic',
    AWS_REGION: 'us-east-1',
  };
}, 300_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  collector?.closeAllConnections();
  collector?.close();
  await synthetic?.[Symbol.asyncDispose]();
  await database?.drop();
});

/** An export of OTLP over HTTP, as JSON. */
interface Exported {
  resourceSpans: Array<{
    resource: { attributes: Array<{ key: string; value: { stringValue?: string } }> };
    scopeSpans: Array<{ spans: Span[] }>;
  }>;
}

function collect({ resourceSpans }: Exported): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    const name = resource.attributes.find(({ key }) => key === 'service.name');
    const service = name?.value.stringValue ?? 'unknown';
    for (const scope of scopeSpans)
      spans.push(...scope.spans.map((span) => ({ ...span, service })));
  }
}

function start(name: string): ChildProcess {
  const child = spawn(process.execPath, [program(name)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return child;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come about:\n${output.slice(-4000)}`);
    await sleep(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'close');
  expect(child.exitCode).toBe(0);
}

test('a request is one trace through workflow, activities, SQL and calls to the provider', async () => {
  const [api, worker] = [start('api'), start('worker')];
  await until(
    () => output.includes('The API is served.') && output.includes('the worker is ready'),
  );
  const base = `http://127.0.0.1:${environment.CMDB_API_PORT}`;
  const started = await fetch(`${base}/discover`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    body: JSON.stringify({
      providers: ['aws'],
      regions: ['us-east-1'],
      resource_types: ['aws_ec2_instance'],
    }),
  });
  expect(started.status).toBe(202);
  const { status_url } = (await started.json()) as { status_url: string };
  await until(async () => {
    const run = (await (await fetch(`${base}${status_url}`)).json()) as { status: string };
    return run.status === 'completed';
  });

  const metrics = await (
    await fetch(`http://127.0.0.1:${environment.CMDB_WORKER_METRICS_PORT}/metrics`)
  ).text();
  expect(metrics).toMatch(/^cmdb_records_listed_total\{provider="aws"\} [1-9]/m);
  expect(metrics).toMatch(
    /^cmdb_provider_call_duration_seconds_count\{provider="aws",outcome="ok"\} [1-9]/m,
  );
  expect(metrics).toMatch(
    /^cmdb_slice_attempt_duration_seconds_count\{provider="aws",outcome="complete"\} 1$/m,
  );
  expect(metrics).toMatch(/^temporal_workflow_completed_total/m);
  expect(metrics).toMatch(/^temporal_activity_execution_latency_seconds_bucket/m);

  await Promise.all([stop(api), stop(worker)]);
  const trace = spans.filter(({ traceId }) => traceId === '0af7651916cd43dd8448eb211c80319c');
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const pathOf = (span: Span): string[] => {
    const parent = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId);
    return [...(parent ? pathOf(parent) : []), span.name];
  };
  const orphans = trace.filter(
    ({ parentSpanId }) => parentSpanId !== 'b7ad6b7169203331' && !byId.has(parentSpanId ?? ''),
  );
  expect(orphans).toEqual([]);
  expect(new Set(trace.map(({ service }) => service))).toEqual(
    new Set(['cmdb-api', 'cmdb-worker']),
  );
  const paths = new Set(trace.map((span) => pathOf(span).join(' > ')));
  const child =
    'POST /discover > StartWorkflow:discoverInfrastructure > RunWorkflow:discoverInfrastructure' +
    ' > StartChildWorkflow:discoverAccount > RunWorkflow:discoverAccount';
  const collected = `${child} > StartActivity:collectSlices > RunActivity:collectSlices`;
  expect([...paths]).toEqual(
    expect.arrayContaining([
      'POST /discover > postgresql insert',
      `${child} > StartActivity:promoteScope > RunActivity:promoteScope > postgresql insert`,
      `${collected} > postgresql update`,
      `${collected} > aws EC2 DescribeInstances`,
    ]),
  );
}, 180_000);
