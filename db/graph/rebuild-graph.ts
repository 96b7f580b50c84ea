import type { Db } from '../postgres/database.ts';
import { countGraphRows } from '../postgres/graph-rows.ts';
import { acknowledge, lastSeq, startOver } from '../postgres/outbox.ts';
import { withPublisherLease } from '../postgres/publisher-lease.ts';
import { ensureGraphSchema } from './ensure-schema.ts';
import { isEqual } from './faults.ts';
import type { Graph } from './graph.ts';
import { removeNameless } from './nameless-nodes.ts';
import { PAGE_ROWS, pairStores } from './pair-stores.ts';
import type { InGraph, Projection } from './projected.ts';
import { projectedEdges } from './projected-edges.ts';
import { projectedNodes } from './projected-nodes.ts';
import type { GraphProgress } from './verify-graph.ts';

export interface RebuildOptions {
  signal: AbortSignal;
  /** Of each store, in memory. */
  page_rows?: number;
  onProgress?: (progress: GraphProgress) => void;
}

export interface Rebuilt {
  nodes_written: number;
  nodes_removed: number;
  edges_written: number;
  edges_removed: number;
}

/**
 * Makes the graph what Postgres says, whatever it holds: writes what is missing or differs, removes
 * what Postgres does not have. Nodes of other labels are somebody else's and stay.
 *
 * It holds the publisher's lease, so that nobody else writes meanwhile, and has the graph count as
 * behind until it is done: answers come from Postgres. One that is killed leaves it so; the
 * next publication, or the next rebuild, which finds what is right already and goes on, ends that.
 * Commits that come meanwhile are the publisher's to bring.
 *
 * @throws when the lease is lost
 */
export async function rebuildGraph(
  db: Db,
  graph: Graph,
  { signal, page_rows = PAGE_ROWS, onProgress = () => {} }: RebuildOptions,
): Promise<Rebuilt> {
  return withPublisherLease(db, signal, async (ensureHeld) => {
    await ensureGraphSchema(graph);
    const seq = await lastSeq(db);
    await startOver(db, 'graph');
    const rows_total = await countGraphRows(db);
    let rows_done = 0;
    const mend = async <Row>(projection: Projection<Row>) => {
      let [written, removed] = [0, 0];
      for await (const pairs of pairStores(projection, db, graph, page_rows)) {
        signal.throwIfAborted();
        const wrong = pairs.filter((pair) => !isEqual(pair));
        const stray = wrong.flatMap((pair) => strayOf(projection, pair));
        const rows = wrong.flatMap(({ store }) => (store ? [store.row] : []));
        if (wrong.length > 0) await ensureHeld();
        if (stray.length > 0) await projection.remove(graph, stray);
        if (rows.length > 0) await projection.write(graph, rows);
        written += rows.length;
        removed += stray.length;
        rows_done += pairs.filter(({ store }) => store !== null).length;
        onProgress({ kind: projection.kind, rows_done, rows_total });
      }
      return { written, removed };
    };
    const nodes = await mend(projectedNodes);
    const nameless = await removeNameless(graph);
    const edges = await mend(projectedEdges);
    await ensureHeld();
    await acknowledge(db, 'graph', seq);
    return {
      nodes_written: nodes.written,
      nodes_removed: nodes.removed + nameless,
      edges_written: edges.written,
      edges_removed: edges.removed,
    };
  });
}

/**
 * What has to go before the right thing is written. A node that differs stays, with the
 * relationships that it has; a relationship may differ in its type, which can only be made anew.
 */
function strayOf(
  { kind }: Pick<Projection<unknown>, 'kind'>,
  { store, graph }: { store: unknown; graph: readonly InGraph[] },
): readonly InGraph[] {
  return kind === 'nodes' && store !== null ? [] : graph;
}
