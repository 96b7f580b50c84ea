import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import type { Graph } from '../../db/graph/graph.ts';
import type { Db } from '../../db/postgres/database.ts';

/** What fixtures and emulators hold wherever a source has a secret; nothing of ours may hold it. */
export const PLANTED = 'hunter2';

/** Base64 hides a text from whoever greps: `aHVudGVyMg==` and its two shifted forms. */
const ENCODED = /aHVudGVyM|h1bnRlcjI|odW50ZXIy/;

export function holdsSecret(text: string): boolean {
  return text.includes(PLANTED) || ENCODED.test(text);
}

/** What stands around a secret, so that a test that finds one says where. */
function around(text: string): string {
  const at = Math.max(text.search(new RegExp(`${PLANTED}|${ENCODED.source}`)), 0);
  return text.slice(Math.max(at - 100, 0), at + 100);
}

/** @returns those of the texts that hold one, each as what stands around it */
export function secretsIn(texts: readonly string[]): string[] {
  return texts.filter(holdsSecret).map(around);
}

/** @returns every row of every table that holds a planted secret, as `table: row` */
export async function secretsInPostgres(db: Db): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
  `.execute(db);
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`
      select row::text as row from ${sql.table(name)} as row
      where row::text ~ ${`${PLANTED}|${ENCODED.source}`}
    `.execute(db);
    found.push(...rows.map(({ row }) => `${name}: ${around(row)}`));
  }
  return found;
}

/** @returns every node and relationship that holds one */
export async function secretsInGraph(graph: Graph): Promise<string[]> {
  const { records } = await graph.read(
    `MATCH (node) RETURN properties(node) AS held
     UNION ALL MATCH ()-[edge]->() RETURN properties(edge) AS held`,
    {},
    60_000,
  );
  return secretsIn(records.map((record) => JSON.stringify(record.get('held'))));
}

/**
 * Reads every workflow history of a task queue, with what stands in its payloads.
 *
 * @returns how many there are, and what of them holds a secret
 */
export async function secretsInHistories(
  client: Client,
  taskQueue: string,
): Promise<{ histories: number; found: string[] }> {
  let histories = 0;
  const found: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({
    query: `TaskQueue = '${taskQueue}'`,
  })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories += 1;
    for (const event of history.events ?? []) {
      const text = textOf(event);
      if (holdsSecret(text)) found.push(`${workflowId} ${event.eventId}: ${around(text)}`);
    }
  }
  return { histories, found };
}

/** The event as text, its bytes as what they say. */
function textOf(event: unknown): string {
  return JSON.stringify(event, (_, value) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString();
    // JSON has made an object of a Buffer before it asks.
    const isBuffer = value?.type === 'Buffer' && Array.isArray(value.data);
    return isBuffer ? Buffer.from(value.data).toString() : value;
  });
}
