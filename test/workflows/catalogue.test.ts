import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getItem } from '../../db/postgres/get-item.ts';
import { listRunSlices } from '../../db/postgres/get-run.ts';
import { declaredCiId } from '../../model/declared-scope.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { loadRegistry } from '../../providers/registry.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
let pipeline: Pipeline;

beforeAll(async () => {
  const registry = await loadRegistry();
  const declared = registry.get('declared');
  if (!declared) throw new Error('the provider is not found');
  const sources = { catalogue: directory.path };
  pipeline = await startPipeline(new Map([['declared', declared]]), { sources });
}, 300_000);

afterAll(async () => {
  await pipeline.close();
  directory[Symbol.dispose]();
});

const write = (file: string, text: string) => writeFile(join(directory.path, file), text);

async function discover(): Promise<DiscoveryResult & { slices: Record<string, string> }> {
  const result: DiscoveryResult = await pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: `catalogue-${Date.now()}`,
    args: [{ providers: ['declared'] }],
  });
  const slices = await listRunSlices(pipeline.db, result.run_id, 100);
  return {
    ...result,
    slices: Object.fromEntries(
      slices.map(({ region, state, error_message }) => [region, error_message ?? state]),
    ),
  };
}

test('files are discovered into every store, and a broken one stops no other', async () => {
  await write(
    'shop.yaml',
    `items:
  - declared_id: checkout
    ci_type: application
    environment: production
    attributes: { server_id: erp-1 }
  - declared_id: old
    ci_type: service
`,
  );
  await write('erp.yaml', 'items:\n  - { declared_id: erp-1, ci_type: server }\n');
  expect(await discover()).toMatchObject({
    status: 'completed',
    slices: { 'shop.yaml': 'complete', 'erp.yaml': 'complete' },
  });
  const { records } = await pipeline.graph.read(
    'MATCH (a)-[e:HOSTED_ON]->(b) RETURN a.name AS source, b.name AS target',
    {},
  );
  expect(records.map((record) => [record.get('source'), record.get('target')])).toEqual([
    ['checkout', 'erp-1'],
  ]);

  await write('shop.yaml', 'items:\n  - { declared_id: checkout, ci_type: application }\n');
  await write('erp.yaml', 'items:\n  - { declared_id: erp-1, ci_type: mainframe }\n');
  expect(await discover()).toMatchObject({
    status: 'completed_with_errors',
    slices: {
      'shop.yaml': 'complete',
      'erp.yaml': expect.stringMatching(/^erp\.yaml: line 2, items\.0\.ci_type: must be one of/),
    },
  });
  await discover();
  const read = async (id: string) => (await getItem(pipeline.db, declaredCiId(id)))?.status;
  expect(await Promise.all(['checkout', 'old', 'erp-1'].map(read))).toEqual([
    'active',
    'retired',
    'active',
  ]);
}, 120_000);
