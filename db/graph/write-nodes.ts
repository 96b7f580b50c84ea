import type { NodeRow } from '../postgres/outbox.ts';
import type { Graph } from './graph.ts';

/**
 * Writes items as nodes. A node that is already at a newer version stays: a publisher that lost
 * its lease in the middle of a batch must not bring the past back. Numbers of JavaScript arrive as
 * floats, hence `toInteger`.
 */
export async function writeNodes(graph: Graph, rows: readonly NodeRow[]): Promise<void> {
  await graph.write(
    `UNWIND $rows AS row
     MERGE (ci:ConfigurationItem {ci_id: row.ci_id})
     WITH ci, row WHERE coalesce(ci.version, 0) <= row.version
     SET ci = row, ci.version = toInteger(row.version),
       ci.created_at = datetime(row.created_at), ci.updated_at = datetime(row.updated_at)`,
    { rows },
  );
}
