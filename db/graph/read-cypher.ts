import neo4j, { type Plan, type Transaction } from 'neo4j-driver';
import type { Json, JsonObject } from '../../model/resource-type.ts';
import { toJson, toParameter } from './cypher-value.ts';
import { type Graph, GraphUnavailableError } from './graph.ts';

/** The statement is not answered: it is wrong, it is none that only reads, or it took too much. */
export class CypherRefusedError extends Error {
  override name = 'CypherRefusedError';
  readonly code = 'cypher_refused';
}

export interface CypherBounds {
  timeout_ms: number;
  max_rows: number;
  /** Characters of the answer as JSON. */
  max_characters: number;
}

export interface CypherAnswer {
  columns: string[];
  rows: Json[][];
  is_truncated: boolean;
}

/** Procedures that tell of the graph's own shape, or search it. */
const PROCEDURES = new Set([
  'db.labels',
  'db.relationshipTypes',
  'db.propertyKeys',
  'db.schema.visualization',
  'db.schema.nodeTypeProperties',
  'db.schema.relTypeProperties',
  'db.index.fulltext.queryNodes',
  'db.index.fulltext.queryRelationships',
]);

/**
 * Steps of a plan that Neo4j counts as reading, and that reach out of the graph: files and addresses
 * (`LOAD CSV` reads `/etc/passwd` in a transaction that may only read), other people's statements
 * (`TERMINATE TRANSACTIONS`), settings, transactions of their own.
 */
const OUTREACHING = /^(LoadCSV|Show|Terminate|Administration|Transaction|System)/;

/**
 * Answers a person's own statement. The server is asked first what it would do, in the same
 * transaction: only what it calls reading is run, without any step that reaches out of the graph and
 * without procedures but a few; and the transaction may only read, whatever the plan said.
 *
 * @throws {CypherRefusedError}
 * @throws {GraphUnavailableError}
 */
export async function readCypher(
  graph: Graph,
  statement: string,
  parameters: JsonObject,
  bounds: CypherBounds,
): Promise<CypherAnswer> {
  const values = toParameter(parameters) as Record<string, unknown>;
  try {
    return await graph.inReadTransaction(async (transaction) => {
      const { summary } = await transaction.run(`EXPLAIN ${statement}`, values);
      refuseUnlessReading(summary.queryType, summary.plan || null);
      return collect(transaction, statement, values, bounds);
    }, bounds.timeout_ms);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

function refuseUnlessReading(queryType: string, plan: Plan | null): void {
  if (queryType !== 'r' || plan === null) {
    throw new CypherRefusedError('The statement must only read.');
  }
  for (const { operatorType, arguments: details } of stepsOf(plan)) {
    const operator = operatorType.replace(/@.*/, '');
    if (OUTREACHING.test(operator)) {
      throw new CypherRefusedError(`The statement must only read the graph; ${operator} does not.`);
    }
    if (!/procedure/i.test(operator)) continue;
    const name = /^[\w.]+/.exec(String(details.Details ?? ''))?.[0] ?? '';
    if (PROCEDURES.has(name)) continue;
    const allowed = [...PROCEDURES].join(', ');
    throw new CypherRefusedError(`The procedure ${name} is not allowed; these are: ${allowed}.`);
  }
}

function* stepsOf(plan: Plan): Generator<Plan> {
  yield plan;
  for (const child of plan.children) yield* stepsOf(child);
}

/** Reads rows up to the bounds; what lies behind is not fetched. */
async function collect(
  transaction: Pick<Transaction, 'run'>,
  statement: string,
  values: Record<string, unknown>,
  { max_rows, max_characters }: CypherBounds,
): Promise<CypherAnswer> {
  const result = transaction.run(statement, values);
  const columns = (await result.keys()).map(String);
  const rows: Json[][] = [];
  let characters = 0;
  for await (const record of result) {
    const row = columns.map((column) => toJson(record.get(column)));
    characters += JSON.stringify(row).length;
    if (rows.length === max_rows || characters > max_characters) {
      return { columns, rows, is_truncated: true };
    }
    rows.push(row);
  }
  return { columns, rows, is_truncated: false };
}

/** What is the statement's own fault, and not the graph's. */
function refusalOf(error: unknown): CypherRefusedError | null {
  const cause = error instanceof GraphUnavailableError ? error.cause : error;
  if (!(cause instanceof neo4j.Neo4jError)) return null;
  if (/TransactionTimedOut|TransactionTerminated|LockClientStopped/.test(cause.code)) {
    return new CypherRefusedError('The statement took too long.', { cause });
  }
  if (/MemoryPoolOutOfMemory|MemoryLimit/.test(cause.code)) {
    return new CypherRefusedError('The statement took too much memory.', { cause });
  }
  const isOwnFault =
    /^Neo\.(ClientError\.(Statement|Procedure|Schema|General)|DatabaseError\.Statement)\./;
  return isOwnFault.test(cause.code) ? new CypherRefusedError(cause.message, { cause }) : null;
}
