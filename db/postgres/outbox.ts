import { sql } from 'kysely';
import type { RelationType, Spread } from '../../model/enums.ts';
import type { JsonObject } from '../../model/resource-type.ts';
import type { Db } from './database.ts';

/** Who reads the outbox, each at its own pace. */
export type OutboxConsumer = 'graph' | 'cache';

/** A stretch of the outbox: commits in order, after what the consumer had read. */
export interface OutboxStretch {
  ticks: number[];
  /** The last commit of the stretch; acknowledge it when all of it has arrived. */
  last_seq: number;
}

/** An item as the graph holds it. */
export interface NodeRow {
  ci_id: string;
  version: number;
  ci_type: string;
  name: string;
  display_name: string;
  status: string;
  environment: string;
  provider: string;
  account: string;
  region: string | null;
  resource_type: string;
  created_at: string;
  updated_at: string;
}

/** A relationship as the graph holds it. */
export interface EdgeRow {
  relationship_id: string;
  source_ci_id: string;
  target_ci_id: string;
  relationship_type: RelationType;
  weight: number;
  attributes: JsonObject;
  spread: Spread;
  redundancy_group: string | null;
  min_up: number | null;
  created_at: string;
  /** Of the commit that made it so; relate works alone, so that a higher one is a later one. */
  tick: number;
}

/** @returns the next commits that the consumer has not read, at most `limit`; null at the end */
export async function nextStretch(
  db: Db,
  consumer: OutboxConsumer,
  limit: number,
): Promise<OutboxStretch | null> {
  const rows = await db
    .selectFrom('ticks')
    .select(['tick', 'seq'])
    .where('seq', '>', (query) =>
      query
        .selectFrom('outbox_consumers')
        .select('seq')
        .where('consumer', '=', consumer)
        .$castTo<{ seq: number }>(),
    )
    .orderBy('seq')
    .limit(limit)
    .execute();
  const last = rows.at(-1);
  return last ? { ticks: rows.map((row) => row.tick), last_seq: last.seq } : null;
}

/** Notes that everything up to `seq` has arrived. A lower number than noted changes nothing. */
export async function acknowledge(db: Db, consumer: OutboxConsumer, seq: number): Promise<void> {
  await db
    .updateTable('outbox_consumers')
    .set({ seq })
    .where('consumer', '=', consumer)
    .where('seq', '<', seq)
    .execute();
}

/** @returns the last commit of which everything has arrived; 0 where nothing has */
export async function acknowledgedSeq(db: Db, consumer: OutboxConsumer): Promise<number> {
  const row = await db
    .selectFrom('outbox_consumers')
    .select('seq')
    .where('consumer', '=', consumer)
    .executeTakeFirstOrThrow();
  return row.seq;
}

/** @returns the last commit; 0 before the first */
export async function lastSeq(db: Db): Promise<number> {
  const row = await db
    .selectFrom('ticks')
    .select((query) => query.fn.max('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Has a consumer read everything again, from the first commit on. */
export async function startOver(db: Db, consumer: OutboxConsumer): Promise<void> {
  await db
    .updateTable('outbox_consumers')
    .set({ seq: 0 })
    .where('consumer', '=', consumer)
    .execute();
}

/** @returns how many commits the consumer has still to read */
export async function outboxLag(db: Db, consumer: OutboxConsumer): Promise<number> {
  const { rows } = await sql<{ lag: number }>`
    select coalesce((select max(seq) from ticks), 0) - seq as lag
    from outbox_consumers where consumer = ${consumer}
  `.execute(db);
  return rows[0]?.lag ?? 0;
}

/** Of `NodeRow`, with `ticks` joined as `created` and `updated`. */
export const NODE_COLUMNS = sql`
  items.ci_id, items.version, items.ci_type, items.name, items.body->>'display_name' as display_name,
  items.status, items.environment, items.provider, items.account, items.region, items.resource_type,
  to_char(created.committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at,
  to_char(updated.committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as updated_at`;

/** Streams the items whose newest version came with one of the ticks, in batches. */
export async function* changedNodes(
  db: Db,
  ticks: readonly number[],
  batchSize: number,
): AsyncGenerator<NodeRow[]> {
  yield* batched(ticks, batchSize, (tick, after: NodeRow | undefined, limit) =>
    sql<NodeRow>`
      select ${NODE_COLUMNS} from items
      join ticks created on created.tick = items.created_tick
      join ticks updated on updated.tick = items.valid_from
      where items.valid_from = ${tick} and items.ci_id > ${after?.ci_id ?? NIL_UUID}
      order by items.ci_id limit ${limit}
    `.execute(db),
  );
}

/** Reads the named items as they are now. */
export async function nodesById(db: Db, ciIds: readonly string[]): Promise<NodeRow[]> {
  const { rows } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from items
    join ticks created on created.tick = items.created_tick
    join ticks updated on updated.tick = items.valid_from
    where items.ci_id = any(${ciIds}::uuid[])
  `.execute(db);
  return rows;
}

/** Streams the ids of items of which anything came with one of the ticks, volatile fields too. */
export async function* touchedItemIds(
  db: Db,
  ticks: readonly number[],
  batchSize: number,
): AsyncGenerator<string[]> {
  type Row = { ci_id: string };
  for (const table of ['items', 'item_volatile'] as const) {
    const column = table === 'items' ? 'valid_from' : 'tick';
    const batches = batched(ticks, batchSize, (tick, after: Row | undefined, limit) =>
      sql<Row>`
        select ci_id from ${sql.table(table)}
        where ${sql.ref(column)} = ${tick} and ci_id > ${after?.ci_id ?? NIL_UUID}
        order by ci_id limit ${limit}
      `.execute(db),
    );
    for await (const rows of batches) yield rows.map((row) => row.ci_id);
  }
}

/**
 * Of `EdgeRow`, with `ticks` joined as `created`; without the tick, which is another column of those
 * that ended.
 */
export const EDGE_COLUMNS = sql`
  edge.relationship_id, edge.source_ci_id, edge.target_ci_id, edge.relationship_type, edge.weight,
  edge.attributes, edge.spread, edge.redundancy_group, edge.min_up,
  to_char(created.committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at`;

/** Streams the current relationships that began, or have new readings, with one of the ticks. */
export async function* changedEdges(
  db: Db,
  ticks: readonly number[],
  batchSize: number,
): AsyncGenerator<EdgeRow[]> {
  yield* batched(ticks, batchSize, (tick, after: EdgeRow | undefined, limit) =>
    sql<EdgeRow>`
      select ${EDGE_COLUMNS}, edge.touched_tick as tick from relationships edge
      join ticks created on created.tick = edge.created_tick
      where edge.touched_tick = ${tick} and edge.valid_to is null
        and edge.relationship_id > ${after?.relationship_id ?? NIL_UUID}
      order by edge.relationship_id limit ${limit}
    `.execute(db),
  );
}

/** Streams the relationships that ended with one of the ticks and are not current again. */
export async function* endedEdges(
  db: Db,
  ticks: readonly number[],
  batchSize: number,
): AsyncGenerator<EdgeRow[]> {
  yield* batched(ticks, batchSize, (tick, after: EdgeRow | undefined, limit) =>
    sql<EdgeRow>`
      select ${EDGE_COLUMNS}, edge.valid_to as tick from relationships edge
      join ticks created on created.tick = edge.created_tick
      where edge.valid_to = ${tick}
        and edge.relationship_id > ${after?.relationship_id ?? NIL_UUID}
        and not exists (
          select from relationships current
          where current.relationship_id = edge.relationship_id and current.valid_to is null
        )
      order by edge.relationship_id limit ${limit}
    `.execute(db),
  );
}

export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Pages through the rows of each tick by key, and joins small ticks into one batch: a batch is a
 * transaction at the consumer, and many tiny ones are slow.
 */
async function* batched<Row>(
  ticks: readonly number[],
  batchSize: number,
  fetch: (tick: number, after: Row | undefined, limit: number) => Promise<{ rows: Row[] }>,
): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for (const tick of ticks) {
    let after: Row | undefined;
    for (;;) {
      const limit = batchSize - batch.length;
      const { rows } = await fetch(tick, after, limit);
      batch.push(...rows);
      if (batch.length >= batchSize) {
        yield batch;
        batch = [];
      }
      if (rows.length < limit) break;
      after = rows.at(-1);
    }
  }
  if (batch.length > 0) yield batch;
}
