import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { declareItem } from '../../db/postgres/declared/declare-item.ts';
import { overrideItem } from '../../db/postgres/override-item.ts';
import { declaredItemSchema } from '../../model/declared-item.ts';
import {
  PUBLISH_SIGNAL,
  PUBLISH_WORKFLOW,
  publishWorkflowId,
} from '../../model/publish-workflow.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { discoverThings, thingId } from '../support/things.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(new Map());
  await discoverThings(pipeline.db, [{ id: 'a' }]);
}, 300_000);

afterAll(() => pipeline.close());

/** Asks for publication, as the API does. */
function ask() {
  const { client, taskQueue } = pipeline;
  return client.workflow.signalWithStart(PUBLISH_WORKFLOW, {
    workflowId: publishWorkflowId(taskQueue),
    taskQueue,
    signal: PUBLISH_SIGNAL,
  });
}

async function statusInGraph(): Promise<string | undefined> {
  const { records } = await pipeline.graph.read(
    'MATCH (n:ConfigurationItem {ci_id: $ci_id}) RETURN n.status AS status',
    { ci_id: thingId('a') },
  );
  return records[0]?.get('status');
}

test('every change that was asked for is in the graph soon, whenever it came', async () => {
  const statuses = ['planned', 'deprecated', 'under_maintenance'];
  for (let round = 0; round < 12; round++) {
    const status = statuses[round % statuses.length];
    const request = { ci_id: thingId('a'), by: 'ada', expected_version: null };
    await overrideItem(pipeline.db, { ...request, change: { status: status ?? null } });
    await ask();
    // At another moment of the workflow each time: while it runs, while it ends, after its end.
    if (round % 4 < 3) {
      await sleep(round * 12);
      continue;
    }
    for (let waited = 0; (await statusInGraph()) !== status; waited += 50) {
      expect(waited).toBeLessThan(20_000);
      await sleep(50);
    }
  }
  await pipeline.client.workflow.getHandle(publishWorkflowId(pipeline.taskQueue)).result();
  expect(await statusInGraph()).toBe('under_maintenance');
}, 120_000);

test('what a person declares is related, and in the graph with its relationships', async () => {
  const declare = (item: object) =>
    declareItem(pipeline.db, {
      item: declaredItemSchema.parse({ ci_type: 'service', ...item }),
      by: 'ada',
      mode: 'create',
      expected_version: null,
    });
  await declare({ declared_id: 'declared-b' });
  await declare({
    declared_id: 'declared-a',
    relations: [{ relationship_type: 'depends_on', target: 'declared-b' }],
  });
  await ask();
  await pipeline.client.workflow.getHandle(publishWorkflowId(pipeline.taskQueue)).result();
  const { records } = await pipeline.graph.read(
    'MATCH ({name: "declared-a"})-[e:DEPENDS_ON]->(b) RETURN b.name AS target',
    {},
  );
  expect(records.map((record) => record.get('target'))).toEqual(['declared-b']);
}, 120_000);
