import { edgePage, edgesById, edgesChangedAt } from '../postgres/graph-rows.ts';
import type { EdgeRow } from '../postgres/outbox.ts';
import type { Graph } from './graph.ts';
import {
  countKept,
  type InGraph,
  type InStore,
  PAGE_TIMEOUT_MS,
  type Projected,
  type Projection,
  plainValue,
  timeValue,
} from './projected.ts';
import { isUuid } from './projected-nodes.ts';
import { writeEdges } from './write-edges.ts';

/** `properties` is how many the relationship has. */
const FIELDS = [
  'relationship_type',
  'target_ci_id',
  'tick',
  'weight',
  'spread',
  'redundancy_group',
  'min_up',
  'attributes',
  'created_at',
  'properties',
] as const;

const GRAPH_ROW = `[source.ci_id, coalesce(edge.relationship_id, ''), elementId(edge),
  toLower(type(edge)), target.ci_id, edge.tick, edge.weight, edge.spread, edge.redundancy_group,
  edge.min_up, edge.attributes, toStringOrNull(edge.created_at), size(keys(edge))] AS row`;

/** Relationships, in the order of the items they leave from and of their ids. */
export const projectedEdges: Projection<EdgeRow> = {
  kind: 'edges',
  fields: FIELDS,
  storePage: async (db, after, limit) =>
    (await edgePage(db, after?.row ?? null, limit)).map(fromStore),
  storeAt: async (db, things) =>
    (await edgesById(db, things.map(({ id }) => id).filter(isUuid))).map(fromStore),
  changedAt: (db, things) => edgesChangedAt(db, things.map(({ id }) => id).filter(isUuid)),
  graphPage: async (graph, after, limit) => {
    const rows = await readRows(
      graph,
      `MATCH (source:ConfigurationItem) USING INDEX SEEK source:ConfigurationItem(ci_id)
       WHERE source.ci_id >= $source
       MATCH (source)-[edge]->(target)
       WHERE source.ci_id > $source OR coalesce(edge.relationship_id, '') > $id
       WITH source, edge, target, coalesce(edge.relationship_id, '') AS id
       ORDER BY source.ci_id, id LIMIT toInteger($limit)
       RETURN ${GRAPH_ROW}`,
      { source: after === null ? '' : sourceOf(after), id: after?.id ?? '', limit },
    );
    return rows.length < limit ? rows : withoutLastPlace(rows);
  },
  graphAt: (graph, things) =>
    readRows(
      graph,
      `UNWIND $sources AS row
       MATCH (source:ConfigurationItem {ci_id: row[0]})-[edge]->(target)
       WHERE coalesce(edge.relationship_id, '') IN row[1]
       RETURN ${GRAPH_ROW}`,
      {
        sources: [...Map.groupBy(things, sourceOf)].map(([source, edges]) => [
          source,
          [...new Set(edges.map(({ id }) => id))],
        ]),
      },
    ),
  write: async (graph, rows) => {
    // One that began after the items were gone through may lack an end; the publisher brings it.
    await writeEdges(graph, rows);
  },
  remove: async (graph, things) => {
    await graph.write(
      `UNWIND $rows AS row
       MATCH ()-[edge]->() WHERE elementId(edge) = row[0]
         AND coalesce(edge.relationship_id, '') = row[1]
       DELETE edge`,
      { rows: things.map(({ element_id, id }) => [element_id, id]) },
    );
  },
};

/** A page goes on behind its last place, so copies of one relationship must not be cut apart. */
function withoutLastPlace(rows: InGraph[]): InGraph[] {
  const last = rows.at(-1)?.place;
  const whole = rows.filter(({ place }) => place !== last);
  return whole.length > 0 ? whole : rows;
}

function sourceOf({ place }: Projected): string {
  return place.slice(0, place.lastIndexOf(' '));
}

function fromStore(row: EdgeRow): InStore<EdgeRow> {
  const values = [
    row.relationship_type,
    row.target_ci_id,
    row.tick,
    row.weight,
    row.spread,
    row.redundancy_group,
    row.min_up,
    JSON.stringify(row.attributes),
    timeValue(row.created_at),
  ];
  return {
    place: `${row.source_ci_id} ${row.relationship_id}`,
    id: row.relationship_id,
    type: row.relationship_type,
    // Type and target are no properties, the id is one.
    values: [...values, countKept(values) - 1],
    row,
  };
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
  const [source, id, elementId, type, ...rest] = row;
  const values = [type, ...rest].map((value, at) =>
    FIELDS[at] === 'created_at' ? timeValue(value) : plainValue(value),
  );
  return {
    place: `${source} ${id}`,
    id: String(id),
    type: String(type),
    values,
    element_id: String(elementId),
  };
}
