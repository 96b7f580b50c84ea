import type { Record as Neo4jRecord } from 'neo4j-driver';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { type RelationType, relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import type { StepReader, WalkDirection, WalkStep } from '../../model/failure-walk.ts';
import { cypherType } from './cypher-type.ts';
import type { Graph, ReadTransaction } from './graph.ts';

/** What suffers with its target is a source over `forward`, and so on; see model/failure-walk. */
const PATTERNS: Record<WalkDirection, [outgoing: string, incoming: string]> = {
  dependencies: ['forward', 'reverse'],
  impact: ['reverse', 'forward'],
};

/**
 * A walk ends in a long thin tail: most of its hops are a few items each, and cost a round trip. So
 * once it has gone two hops, and stands at no more items than this, the steps of some hops to come
 * are read along: as many as are left, in the least of these numbers, since the server needs up to
 * seconds to plan each statement that it has not seen.
 */
const FEW_HOPS = [2, 4, 8];
const MOST_HOPS = 16;
const AHEAD_AFTER = 2;
const AHEAD_WIDTH = 100;
/** Where as many steps came, some may be missing: they are thrown away, and only what is asked is read. */
const MAX_STEPS_AHEAD = 2_000;

const PLAN_TIMEOUT_MS = 60_000;

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
 * @param mostHops how often it will be asked at most: little is read behind the walk's end
 * @param relations the types to go along; all where left out
 */
export function graphStepReader(
  transaction: ReadTransaction,
  mostHops: number,
  relations?: readonly RelationType[],
): StepReader {
  const types = relations?.map(cypherType) ?? null;
  let hops = 0;
  let known = new Map<string, WalkStep[]>();
  return async (ciIds, direction, limit) => {
    const [outgoing, incoming] = PATTERNS[direction];
    const asked = { ciIds, outgoing, incoming, types };
    hops += 1;
    if (!ciIds.every((ciId) => known.has(ciId))) {
      const isTail = hops > AHEAD_AFTER && hops < mostHops && ciIds.length <= AHEAD_WIDTH;
      known = isTail ? await readAhead(transaction, mostHops - hops + 1, asked) : new Map();
    }
    if (known.size > 0) return ciIds.flatMap((ciId) => known.get(ciId) ?? []);
    const { records } = await transaction.run(ASKED, { walk: { ...asked, limit } });
    return records.map(toStep);
  };
}

/**
 * Lets the server plan what walks ask, so that the first of them does not wait for it: on a busy
 * machine longer than a walk is given, and what was not planned in time is planned anew.
 *
 * @throws {GraphUnavailableError}
 */
export async function planWalks(graph: Graph): Promise<void> {
  for (const statement of [ASKED, MOST_AHEAD, ...FEW_AHEAD.map((ahead) => ahead.statement)]) {
    await graph.read(`EXPLAIN ${statement}`, { walk: {} }, PLAN_TIMEOUT_MS);
  }
}

// Parameters are one map: of a list the server knows its length, and plans anew for one, ten, a
// hundred and a thousand items.
const START = 'UNWIND $walk.ciIds AS ciId MATCH (from:ConfigurationItem {ci_id: ciId})';
// Who fails with whom depends on which end of the relationship the item is.
const STEPS = `MATCH (from)-[edge]-(to:ConfigurationItem)
  WHERE edge.spread = CASE startNode(edge) WHEN from THEN $walk.outgoing ELSE $walk.incoming END
    AND ($walk.types IS NULL OR type(edge) IN $walk.types)`;
const END = `RETURN ${COLUMNS} LIMIT toInteger($walk.limit)`;

const ASKED = `${START} ${STEPS} ${END}`;

const FEW_AHEAD = FEW_HOPS.map((hops) => ({ hops, statement: aheadOf(hops) }));
const MOST_AHEAD = aheadOf(MOST_HOPS);

// OPTIONAL, so that an item without steps has a row, too: it tells that they were read.
function aheadOf(hopCount: number): string {
  const hops = Array.from({ length: hopCount }, (_, hop) => hop);
  const nextItems = (hop: number) => `CALL (items${hop}) {
    UNWIND items${hop} AS from ${STEPS}
    WITH DISTINCT to LIMIT ${AHEAD_WIDTH} RETURN collect(to) AS items${hop + 1}
  }`;
  return `${START} WITH collect(from) AS items0
    ${hops.slice(0, -1).map(nextItems).join(' ')}
    UNWIND ${hops.map((hop) => `items${hop}`).join(' + ')} AS from
    WITH DISTINCT from
    OPTIONAL ${STEPS} ${END}`;
}

/** @returns the steps of each item that was read, of those that were asked for and of others; none where they are too many */
async function readAhead(
  transaction: ReadTransaction,
  hopsLeft: number,
  asked: Record<string, unknown>,
): Promise<Map<string, WalkStep[]>> {
  const few = FEW_AHEAD.find(({ hops }) => hops >= hopsLeft);
  const { records } = await transaction.run(few?.statement ?? MOST_AHEAD, {
    walk: { ...asked, limit: MAX_STEPS_AHEAD },
  });
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
