import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { DISCOVERY_WORKFLOW, discoveryWorkflowId } from '../../model/discovery-workflow.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const ACCOUNT = 'shared-account';
const REQUEST: DiscoveryRequest = { accounts: [ACCOUNT] };

const sources = [new SyntheticSource(), new SyntheticSource()];
let pipelines: Pipeline[];

beforeAll(async () => {
  // One after the other, because each empties the graph.
  pipelines = [];
  for (const source of sources) pipelines.push(await startPipeline(source.registry('alpha')));
});
afterAll(async () => {
  for (const pipeline of pipelines) await pipeline.close();
});

async function discover({ client, taskQueue }: Pipeline): Promise<DiscoveryResult> {
  return client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue,
    workflowId: discoveryWorkflowId(REQUEST, taskQueue),
    args: [REQUEST],
  });
}

async function namesIn({ db }: Pipeline): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from items order by name`.execute(db);
  return rows.map(({ name }) => name);
}

test('installations that share a namespace discover one account at once, each into its own stores', async () => {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const gate = async () => {
    reached.resolve();
    await opened.promise;
  };
  sources[0]?.addRegion(ACCOUNT, 'north', { alpha: { things: things('first'), gate } });
  sources[1]?.addRegion(ACCOUNT, 'north', { alpha: { things: things('second') } });
  const [first, second] = pipelines as [Pipeline, Pipeline];

  const waiting = discover(first);
  await reached.promise;
  expect(await discover(second)).toMatchObject({ status: 'completed' });
  opened.resolve();
  expect(await waiting).toMatchObject({ status: 'completed' });
  expect([await namesIn(first), await namesIn(second)]).toEqual([['first'], ['second']]);
});
