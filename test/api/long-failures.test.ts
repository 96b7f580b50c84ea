import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { planWalks } from '../../db/graph/read-steps.ts';
import { naiveImpact } from '../support/naive-failures.ts';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await planWalks(api.graph);
}, 300_000);

afterAll(() => api.close());

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}-${n}`);

const needing = (id: string, needs: readonly string[]): Part => ({
  id,
  links: needs.map((to) => ({ relation: 'depends_on', to })),
});

/** Each needs the one before it. */
const chain = (ids: readonly string[], first: readonly string[]): Part[] =>
  ids.map((id, n) => needing(id, n === 0 ? first : [ids[n - 1] ?? '']));

/** A chain into 40, each of which 60 need, and behind those a chain with 150 on it, and one further. */
const middle = numbered('middle', 40);
const top = numbered('top', 60);
const leaves = numbered('leaf', 150);
const ESTATE: Part[] = [
  ...chain(numbered('base', 6), []),
  ...middle.map((id) => needing(id, ['base-5'])),
  ...top.map((id) => needing(id, middle)),
  ...chain(numbered('tail', 16), top.slice(0, 1)),
  ...leaves.map((id) => needing(id, ['tail-6'])),
  ...chain(numbered('end', 3), leaves.slice(-1)),
];

test.each(['base-0', 'middle-3', 'tail-0', 'tail-5', 'end-0'])(
  'the graph tells all that hangs on a long chain from %s, through what is narrow and wide',
  async (id) => {
    await discoverParts(api.db, ESTATE);
    await api.publish();
    const { body, headers } = await api.ask(`/api/v3/cmdb/ci/${partId(id)}/impact?depth=32`);
    expect(headers.get('cmdb-answered-by')).toBe('neo4j');
    expect(body.truncated).toBe(false);
    const told = body.impacted_cis.map(
      ({ name, hops, effect }: { name: string; hops: number; effect: string }) =>
        `${name} ${hops} ${effect}`,
    );
    expect(told.sort()).toEqual(naiveImpact(ESTATE, [id]));
  },
  120_000,
);
