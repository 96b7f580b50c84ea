import { nodePage, nodesChangedAt } from '../postgres/graph-rows.ts';
import { type NodeRow, nodesById } from '../postgres/outbox.ts';
import type { Graph } from './graph.ts';
import {
  countKept,
  type InGraph,
  type InStore,
  PAGE_TIMEOUT_MS,
  type ProjectedValue,
  type Projection,
  plainValue,
  timeValue,
} from './projected.ts';
import { writeNodes } from './write-nodes.ts';

/** `properties` is how many the node has: one that nobody wrote is a difference, too. */
const FIELDS = [
  'version',
  'ci_type',
  'name',
  'display_name',
  'status',
  'environment',
  'provider',
  'account',
  'region',
  'resource_type',
  'created_at',
  'updated_at',
  'properties',
] as const;

/** A time may be of any type, and only this function fails on none. */
const GRAPH_ROW = `[ci.ci_id, elementId(ci), ci.version, ci.ci_type, ci.name, ci.display_name,
  ci.status, ci.environment, ci.provider, ci.account, ci.region, ci.resource_type,
  toStringOrNull(ci.created_at), toStringOrNull(ci.updated_at), size(keys(ci))] AS row`;

/** Relationships that go in one transaction, with a node that many lead to. */
const EDGES_PER_REMOVAL = 10_000;

/** Items, in the order of their ids. */
export const projectedNodes: Projection<NodeRow> = {
  kind: 'nodes',
  fields: FIELDS,
  storePage: async (db, after, limit) =>
    (await nodePage(db, after?.row ?? null, limit)).map(fromStore),
  storeAt: async (db, things) =>
    (await nodesById(db, things.map(({ id }) => id).filter(isUuid))).map(fromStore),
  changedAt: (db, things) => nodesChangedAt(db, things.map(({ id }) => id).filter(isUuid)),
  graphPage: (graph, after, limit) =>
    // Without the hint it may be read as a whole and sorted, or from its beginning for each page.
    readRows(
      graph,
      `MATCH (ci:ConfigurationItem) USING INDEX SEEK ci:ConfigurationItem(ci_id)
       WHERE ci.ci_id > $after
       WITH ci ORDER BY ci.ci_id LIMIT toInteger($limit) RETURN ${GRAPH_ROW}`,
      { after: after?.place ?? '', limit },
    ),
  graphAt: (graph, things) =>
    readRows(
      graph,
      `UNWIND $ids AS id MATCH (ci:ConfigurationItem {ci_id: id}) RETURN ${GRAPH_ROW}`,
      { ids: things.map(({ id }) => id) },
    ),
  write: (graph, rows) => writeNodes(graph, rows, { mayGoBack: true }),
  remove: async (graph, things) => {
    const ids = things.map(({ id }) => id);
    await removeEdgesOf(graph, ids);
    await graph.write(
      'UNWIND $ids AS id MATCH (ci:ConfigurationItem {ci_id: id}) DETACH DELETE ci',
      { ids },
    );
  },
};

async function removeEdgesOf(graph: Graph, ids: readonly string[]): Promise<void> {
  for (;;) {
    const { records } = await graph.write(
      `UNWIND $ids AS id
       MATCH (:ConfigurationItem {ci_id: id})-[edge]-()
       WITH DISTINCT edge LIMIT ${EDGES_PER_REMOVAL}
       DELETE edge RETURN count(*) AS removed`,
      { ids },
    );
    if ((records[0]?.get('removed') ?? 0) < EDGES_PER_REMOVAL) return;
  }
}

function fromStore(row: NodeRow): InStore<NodeRow> {
  const values = [
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
    timeValue(row.created_at),
    timeValue(row.updated_at),
  ];
  const { ci_id, resource_type } = row;
  // The id is a property, too.
  const withCount = [...values, countKept(values) + 1];
  return { place: ci_id, id: ci_id, type: resource_type, values: withCount, row };
}

async function readRows(
  graph: Graph,
  query: string,
  parameters: Record<string, unknown>,
): Promise<InGraph[]> {
  const { records } = await graph.read(query, parameters, PAGE_TIMEOUT_MS);
  return records.map((record) => fromGraph(record.get('row')));
}

function fromGraph(row: readonly unknown[]): InGraph {
  const [ciId, elementId, ...rest] = row;
  const values = rest.map((value, at): ProjectedValue => {
    const field = FIELDS[at];
    return field === 'created_at' || field === 'updated_at' ? timeValue(value) : plainValue(value);
  });
  return {
    place: String(ciId),
    id: String(ciId),
    type: String(values[FIELDS.indexOf('resource_type')]),
    values,
    element_id: String(elementId),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether Postgres may be asked for it: what strays in the graph can be called anything. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
