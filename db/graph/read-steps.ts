import type { Record as Neo4jRecord } from 'neo4j-driver';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { type RelationType, relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import type { StepReader, WalkDirection, WalkStep } from '../../model/failure-walk.ts';
import { cypherType } from './cypher-type.ts';
import type { ReadTransaction } from './graph.ts';

/** What suffers with its target is a source over `forward`, and so on; see model/failure-walk. */
const PATTERNS: Record<WalkDirection, [outgoing: string, incoming: string]> = {
  dependencies: ['forward', 'reverse'],
  impact: ['reverse', 'forward'],
};

const ITEM_FIELDS = itemSummarySchema.keyof().options;

/**
 * One column for each value: maps of all properties take five times as long, most of it to decode
 * times that a walk has no use for.
 */
const COLUMNS = `edge.relationship_id AS relationship_id, toLower(type(edge)) AS type,
         edge.spread AS spread, edge.weight AS weight,
         edge.redundancy_group AS redundancy_group, edge.min_up AS min_up,
         startNode(edge).ci_id AS source_ci_id, endNode(edge).ci_id AS target_ci_id,
         ${ITEM_FIELDS.map((field) => `to.${field} AS ${field}`).join(', ')}`;

/**
 * Reads the steps of a failure walk from the graph: the present. All hops are read in one transaction,
 * since to begin and to end one for each costs more than to read it.
 *
 * @param relations the types to go along; all where left out
 */
export function graphStepReader(
  transaction: ReadTransaction,
  relations?: readonly RelationType[],
): StepReader {
  const types = relations ? `:${relations.map(cypherType).join('|')}` : '';
  return async (ciIds, direction, limit) => {
    const [outgoing, incoming] = PATTERNS[direction];
    const { records } = await transaction.run(
      `UNWIND $ciIds AS ciId
       MATCH (from:ConfigurationItem {ci_id: ciId})
       CALL (from) {
         MATCH (from)-[edge${types}]->(to:ConfigurationItem) WHERE edge.spread = $outgoing
         RETURN edge, to
         UNION ALL
         MATCH (from)<-[edge${types}]-(to:ConfigurationItem) WHERE edge.spread = $incoming
         RETURN edge, to
       }
       RETURN from.ci_id AS from_ci_id, ${COLUMNS}
       LIMIT toInteger($limit)`,
      { ciIds, outgoing, incoming, limit },
    );
    return records.map(toStep);
  };
}

function toStep(record: Neo4jRecord): WalkStep {
  return {
    from_ci_id: record.get('from_ci_id'),
    edge: {
      relationship_id: record.get('relationship_id'),
      source_ci_id: record.get('source_ci_id'),
      target_ci_id: record.get('target_ci_id'),
      relationship_type: relationTypeSchema.parse(record.get('type')),
      spread: spreadSchema.parse(record.get('spread')),
      weight: record.get('weight'),
      redundancy_group: record.get('redundancy_group'),
      min_up: record.get('min_up'),
    },
    to: itemSummarySchema.parse(Object.fromEntries(ITEM_FIELDS.map((f) => [f, record.get(f)]))),
  };
}
