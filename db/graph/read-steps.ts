import { itemSummarySchema } from '../../model/configuration-item.ts';
import { type RelationType, relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import type { StepReader, WalkDirection, WalkEdge } from '../../model/failure-walk.ts';
import { cypherType } from './cypher-type.ts';
import type { Graph } from './graph.ts';

/** What suffers with its target is a source over `forward`, and so on; see model/failure-walk. */
const PATTERNS: Record<WalkDirection, [outgoing: string, incoming: string]> = {
  dependencies: ['forward', 'reverse'],
  impact: ['reverse', 'forward'],
};

/**
 * Reads the steps of a failure walk from the graph: the present.
 *
 * @param relations the types to go along; all where left out
 */
export function graphStepReader(graph: Graph, relations?: readonly RelationType[]): StepReader {
  const types = relations ? `:${relations.map(cypherType).join('|')}` : '';
  return async (ciIds, direction, limit) => {
    const [outgoing, incoming] = PATTERNS[direction];
    const { records } = await graph.read(
      `UNWIND $ciIds AS ciId
       MATCH (from:ConfigurationItem {ci_id: ciId})
       CALL (from) {
         MATCH (from)-[edge${types}]->(to:ConfigurationItem) WHERE edge.spread = $outgoing
         RETURN edge, to
         UNION ALL
         MATCH (from)<-[edge${types}]-(to:ConfigurationItem) WHERE edge.spread = $incoming
         RETURN edge, to
       }
       RETURN from.ci_id AS from_ci_id, to {.*} AS to, type(edge) AS type, edge {.*} AS edge,
         startNode(edge).ci_id AS source_ci_id, endNode(edge).ci_id AS target_ci_id
       LIMIT toInteger($limit)`,
      { ciIds, outgoing, incoming, limit },
    );
    return records.map((record) => {
      const edge = record.get('edge');
      const walkEdge: WalkEdge = {
        relationship_id: edge.relationship_id,
        source_ci_id: record.get('source_ci_id'),
        target_ci_id: record.get('target_ci_id'),
        relationship_type: relationTypeSchema.parse(record.get('type').toLowerCase()),
        spread: spreadSchema.parse(edge.spread),
        weight: edge.weight,
        redundancy_group: edge.redundancy_group ?? null,
        min_up: edge.min_up ?? null,
      };
      return {
        from_ci_id: record.get('from_ci_id'),
        edge: walkEdge,
        to: itemSummarySchema.parse({ region: null, ...record.get('to') }),
      };
    });
  };
}
