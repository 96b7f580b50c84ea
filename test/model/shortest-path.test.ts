import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EdgeReader, type PathEdge, shortestPath } from '../../model/shortest-path.ts';

const edge = (source: string, target: string): PathEdge => ({
  relationship_id: `${source}>${target}`,
  source_ci_id: source,
  target_ci_id: target,
  relationship_type: 'uses',
});

const readerOf =
  (edges: readonly PathEdge[]): EdgeReader =>
  async (ids, limit) =>
    edges
      .filter((one) => ids.includes(one.source_ci_id) || ids.includes(one.target_ci_id))
      .slice(0, limit);

const BOUNDS = {
  max_hops: 20,
  max_edges_per_hop: 1_000,
  max_edges: 1_000_000,
  deadline: Number.POSITIVE_INFINITY,
};

/** How many hops it is, by walking from one end in the plainest way; null for no way. */
function naiveHops(edges: readonly PathEdge[], from: string, to: string): number | null {
  let here = new Set([from]);
  const seen = new Set(here);
  for (let hops = 0; here.size > 0; hops++) {
    if (here.has(to)) return hops;
    const next = new Set<string>();
    for (const { source_ci_id, target_ci_id } of edges) {
      if (here.has(source_ci_id)) next.add(target_ci_id);
      if (here.has(target_ci_id)) next.add(source_ci_id);
    }
    here = new Set([...next].filter((name) => !seen.has(name)));
    for (const name of here) seen.add(name);
  }
  return null;
}

const name = fc.integer({ min: 0, max: 14 }).map((number) => `n${number}`);
const graph = fc.uniqueArray(
  fc
    .tuple(name, name)
    .filter(([source, target]) => source !== target)
    .map(([source, target]) => edge(source, target)),
  { selector: (one) => one.relationship_id, maxLength: 30 },
);

test('the path is one, joins the two, and no way is shorter', async () => {
  await fc.assert(
    fc.asyncProperty(graph, name, name, async (edges, from, to) => {
      const found = await shortestPath(readerOf(edges), from, to, BOUNDS);
      expect(found.is_truncated).toBe(false);
      expect(found.edges?.length ?? null).toBe(naiveHops(edges, from, to));
      let at = from;
      for (const { source_ci_id, target_ci_id } of found.edges ?? []) {
        expect([source_ci_id, target_ci_id]).toContain(at);
        at = at === source_ci_id ? target_ci_id : source_ci_id;
      }
      if (found.edges) expect(at).toBe(to);
    }),
    { numRuns: 1_000 },
  );
});

test('the order in which a store tells relationships does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(graph, name, name, async (edges, from, to) => {
      const one = await shortestPath(readerOf(edges), from, to, BOUNDS);
      const other = await shortestPath(readerOf(edges.toReversed()), from, to, BOUNDS);
      expect(other).toEqual(one);
    }),
  );
});

describe('a bound', () => {
  const chain = ['a', 'b', 'c', 'd'].flatMap((source, index, all) => {
    const target = all[index + 1];
    return target ? [edge(source, target)] : [];
  });

  test('of hops ends the search, and is no cut: the caller named it', async () => {
    const found = await shortestPath(readerOf(chain), 'a', 'd', { ...BOUNDS, max_hops: 2 });
    expect(found).toEqual({ edges: null, is_truncated: false });
  });

  test('of relationships says that there may be more', async () => {
    const star = Array.from({ length: 20 }, (_, n) => edge('hub', `leaf${n}`));
    const few = { ...BOUNDS, max_edges_per_hop: 5 };
    const found = await shortestPath(readerOf([...star, ...chain]), 'hub', 'a', few);
    expect(found).toEqual({ edges: null, is_truncated: true });
    const spent = { ...BOUNDS, max_edges: 1 };
    expect((await shortestPath(readerOf(chain), 'a', 'd', spent)).is_truncated).toBe(true);
  });

  test('of time says that there may be more', async () => {
    const late = { ...BOUNDS, deadline: 0 };
    const found = await shortestPath(readerOf(chain), 'a', 'd', late);
    expect(found).toEqual({ edges: null, is_truncated: true });
  });
});
