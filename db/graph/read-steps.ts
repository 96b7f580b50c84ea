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

/**
 * A walk ends in a long thin tail: most of its hops are a few items each, and cost a round trip. So
 * once it has gone two hops, and stands at no more items than this, the steps of some hops to come
 * are read along.
 */
const AHEAD_HOPS = 16;
const AHEAD_AFTER = 2;
const AHEAD_WIDTH = 100;
/** Where as many steps came, some may be missing: they are thrown away, and only what is asked is read. */
const MAX_STEPS_AHEAD = 2_000;

const ITEM_FIELDS = itemSummarySchema.keyof().options;

/**
 * One column for each value: maps of all properties take three to five times as long, most
 * of it to decode times that a walk has no use for.
 */
const COLUMNS = `from.ci_id AS from_ci_id,
  edge.relationship_id AS relationship_id, toLower(type(edge)) AS type, edge.spread AS spread,
  edge.weight AS weight, edge.redundancy_group AS redundancy_group, edge.min_up AS min_up,
  startNode(edge).ci_id AS source_ci_id, endNode(edge).ci_id AS target_ci_id,
  ${ITEM_FIELDS.map((field) => `to.${field} AS ${field}`).join(', ')}`;

/**
 * Reads the steps of a failure walk from the graph: the present. It is made for one walk: all hops
 * are read in one transaction, since to begin and to end one for each costs more than to read it.
 *
 * @param mostHops how often it will be asked at most: nothing is read ahead of the walk's end
 * @param relations the types to go along; all where left out
 */
export function graphStepReader(
  transaction: ReadTransaction,
  mostHops: number,
  relations?: readonly RelationType[],
): StepReader {
  const { asked, ahead } = statementsOf(relations);
  let hops = 0;
  let known = new Map<string, WalkStep[]>();
  return async (ciIds, direction, limit) => {
    const [outgoing, incoming] = PATTERNS[direction];
    hops += 1;
    if (!ciIds.every((ciId) => known.has(ciId))) {
      const isTail = hops > AHEAD_AFTER && hops < mostHops && ciIds.length <= AHEAD_WIDTH;
      const hopsAhead = Math.min(AHEAD_HOPS, mostHops - hops + 1);
      known = isTail
        ? await readAhead(transaction, ahead(hopsAhead), { ciIds, outgoing, incoming })
        : new Map();
    }
    if (known.size > 0) return ciIds.flatMap((ciId) => known.get(ciId) ?? []);
    const { records } = await transaction.run(asked, { ciIds, outgoing, incoming, limit });
    return records.map(toStep);
  };
}

interface Statements {
  asked: string;
  /** For so many hops, the one that is asked for among them. */
  ahead: (hops: number) => string;
}

function statementsOf(relations?: readonly RelationType[]): Statements {
  const types = relations ? `:${relations.map(cypherType).join('|')}` : '';
  const start = 'UNWIND $ciIds AS ciId MATCH (from:ConfigurationItem {ci_id: ciId})';
  // Who fails with whom depends on which end of the relationship the item is.
  const steps = `MATCH (from)-[edge${types}]-(to:ConfigurationItem)
    WHERE edge.spread = CASE startNode(edge) WHEN from THEN $outgoing ELSE $incoming END`;
  const end = `RETURN ${COLUMNS} LIMIT toInteger($limit)`;
  const nextItems = (hop: number) => `CALL (items${hop}) {
    UNWIND items${hop} AS from ${steps}
    WITH DISTINCT to LIMIT ${AHEAD_WIDTH} RETURN collect(to) AS items${hop + 1}
  }`;
  return {
    asked: `${start} ${steps} ${end}`,
    // OPTIONAL, so that an item without steps has a row, too: it tells that they were read.
    ahead: (hopCount) => {
      const hops = Array.from({ length: hopCount }, (_, hop) => hop);
      const items = hops.map((hop) => `items${hop}`);
      return `${start} WITH collect(from) AS items0
        ${hops.slice(0, -1).map(nextItems).join(' ')}
        UNWIND ${items.join(' + ')} AS from
        WITH DISTINCT from
        OPTIONAL ${steps} ${end}`;
    },
  };
}

/** @returns the steps of each item that was read, of those that were asked for and of others; none where they are too many */
async function readAhead(
  transaction: ReadTransaction,
  statement: string,
  parameters: Record<string, unknown>,
): Promise<Map<string, WalkStep[]>> {
  const { records } = await transaction.run(statement, { ...parameters, limit: MAX_STEPS_AHEAD });
  if (records.length === MAX_STEPS_AHEAD) return new Map();
  const groups = Map.groupBy(records, (record): string => record.get('from_ci_id'));
  const isStep = (record: Neo4jRecord) => record.get('relationship_id') !== null;
  return new Map([...groups].map(([ciId, group]) => [ciId, group.filter(isStep).map(toStep)]));
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
    to: itemSummarySchema.parse(
      Object.fromEntries(ITEM_FIELDS.map((field) => [field, record.get(field)])),
    ),
  };
}
