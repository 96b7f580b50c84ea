import { expect, test } from '@jest/globals';
import { createGraph, type ReadTransaction } from '../../../db/graph/graph.ts';
import { graphStepReader, planWalks } from '../../../db/graph/read-steps.ts';
import { emptyGraph } from '../../support/stores.ts';

const ITEMS = Array.from({ length: 600 }, (_, n) => `00000000-0000-5000-8000-${n + 1e11}`);

/** What walks of every length and width ask of the server. */
async function askedByWalks(): Promise<Array<{ statement: string; parameters: object }>> {
  const asked: Array<{ statement: string; parameters: object }> = [];
  const run = (statement: string, parameters: object) => {
    asked.push({ statement, parameters });
    return Promise.resolve({ records: [] });
  };
  const transaction = { run } as unknown as ReadTransaction;
  for (const width of [1, 9, 90, ITEMS.length]) {
    for (let depth = 1; depth <= 32; depth++) {
      const relations = depth % 2 ? (['depends_on', 'runs_on'] as const) : undefined;
      const readSteps = graphStepReader(transaction, depth + 1, relations);
      for (let hop = 0; hop <= depth; hop++) {
        await readSteps(ITEMS.slice(0, width), 'impact', 1_000);
      }
    }
  }
  return asked;
}

test('walks of all lengths, widths and relations ask what the server has planned once', async () => {
  const asked = await askedByWalks();
  const planned: string[] = [];
  await planWalks({
    read: (statement: string) => void planned.push(statement),
  } as never);
  const statements = new Set(asked.map(({ statement }) => `EXPLAIN ${statement}`));
  expect([...statements].sort()).toEqual(planned.sort());
  // A list or a text by itself would be planned anew for another length.
  for (const { parameters } of asked) expect(Object.keys(parameters)).toEqual(['walk']);
});

test('the server plans walks', async () => {
  const graph = createGraph(await emptyGraph());
  await expect(planWalks(graph)).resolves.toBeUndefined();
  await graph.close();
}, 300_000);
