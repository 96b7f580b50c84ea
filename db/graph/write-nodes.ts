import type { NodeRow } from '../postgres/outbox.ts';
import type { Graph } from './graph.ts';

/**
 * Writes items as nodes. A node that is already at a newer version stays: a publisher that lost
 * its lease in the middle of a batch must not bring the past back. Numbers of JavaScript arrive as
 * floats, hence `toInteger`.
 *
 * A row is a list, since a map says the names of its fields again in every row: to pack and read
 * them took half of the driver's time.
 *
 * @param options.mayGoBack a newer version is overwritten, too: it is of a past that is not any more
 */
export async function writeNodes(
  graph: Graph,
  rows: readonly NodeRow[],
  { mayGoBack = false }: { mayGoBack?: boolean } = {},
): Promise<void> {
  await graph.write(
    `UNWIND $rows AS row
     MERGE (ci:ConfigurationItem {ci_id: row[0]})
     WITH ci, row WHERE $mayGoBack OR coalesce(ci.version, 0) <= row[1]
     SET ci = {
       ci_id: row[0], version: toInteger(row[1]), ci_type: row[2], name: row[3],
       display_name: row[4], status: row[5], environment: row[6], provider: row[7],
       account: row[8], region: row[9], resource_type: row[10],
       created_at: datetime(row[11]), updated_at: datetime(row[12])
     }`,
    { rows: rows.map(valuesOf), mayGoBack },
  );
}

function valuesOf(row: NodeRow) {
  return [
    row.ci_id,
    row.version,
    row.ci_type,
    row.name,
    row.display_name,
    row.status,
    row.environment,
    row.provider,
    row.account,
    row.region,
    row.resource_type,
    row.created_at,
    row.updated_at,
  ];
}
