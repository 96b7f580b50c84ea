import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureGraphSchema } from '../../db/graph/ensure-schema.ts';
import { verifyGraph } from '../../db/graph/verify-graph.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
let way: Way;
let pipeline: Pipeline;

/** The way to Neo4j, which can be closed and opened again. */
interface Way {
  port: number;
  open(): Promise<void>;
  close(): Promise<void>;
}

async function wayTo(target: string): Promise<Way> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: () => listen(port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

beforeAll(async () => {
  way = await wayTo(process.env.NEO4J_URI ?? '');
  const graph_uri = `bolt://127.0.0.1:${way.port}`;
  pipeline = await startPipeline(source.registry('alpha'), { graph_uri });
  await ensureGraphSchema(pipeline.graph);
}, 300_000);

afterAll(async () => {
  await pipeline.close();
  await way.close();
});

async function discover(workflowId: string): Promise<DiscoveryResult['status']> {
  const handle = await pipeline.client.workflow.start(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId,
    args: [{}],
  });
  const { status } = (await handle.result()) as DiscoveryResult;
  return status;
}

const verify = () => verifyGraph(pipeline.db, pipeline.graph, { faults_told: 5, wait_ms: 0 });

test('a discovery after an outage of Neo4j leaves both stores equal', async () => {
  const slice = { things: things('a', 'b', 'c') };
  source.addRegion('acc-outage', 'north', { alpha: slice });
  expect(await discover('before-outage')).toBe('completed');
  expect(await verify()).toMatchObject({ is_equal: true });

  await way.close();
  slice.things = things('b', 'c', 'd', 'e');
  expect(await discover('in-outage')).toBe('completed_with_errors');

  await way.open();
  expect(await verify()).toMatchObject({ is_equal: false, faults: [] });
  slice.things = things('c', 'd', 'e', 'f');
  expect(await discover('after-outage')).toBe('completed');
  const report = await verify();
  expect(report).toMatchObject({ is_equal: true, faults: [], waiting: 0, commits_behind: 0 });
  expect(report.types[0]).toMatchObject({ in_graph: 6 });
}, 180_000);
