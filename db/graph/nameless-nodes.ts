import type { Graph } from './graph.ts';
import { PAGE_TIMEOUT_MS } from './projected.ts';

/** Nodes of ours whose id is none: a walk in the order of ids does not come by them. */
const NAMELESS = `MATCH (ci:ConfigurationItem) WHERE NOT coalesce(ci.ci_id > '', false)`;

const REMOVED_AT_ONCE = 1_000;

export async function countNameless(graph: Graph): Promise<number> {
  const query = `${NAMELESS} RETURN count(ci) AS count`;
  const { records } = await graph.read(query, {}, PAGE_TIMEOUT_MS);
  return records[0]?.get('count') ?? 0;
}

/** @returns how many there were */
export async function removeNameless(graph: Graph): Promise<number> {
  let removed = 0;
  for (;;) {
    const { records } = await graph.write(
      `${NAMELESS} WITH ci LIMIT ${REMOVED_AT_ONCE} DETACH DELETE ci RETURN count(*) AS count`,
      {},
    );
    const count = records[0]?.get('count') ?? 0;
    removed += count;
    if (count < REMOVED_AT_ONCE) return removed;
  }
}
