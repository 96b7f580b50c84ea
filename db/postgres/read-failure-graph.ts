import { sql } from 'kysely';
import { type CiType, ciTypeSchema } from '../../model/ci-type.ts';
import { type CiEnvironment, ciEnvironmentSchema } from '../../model/enums.ts';
import { UNHEALTHY, UP_STATUSES } from '../../model/failure-effects.ts';
import { type FailureGraph, FailureGraphBuilder } from '../../model/failure-graph/failure-graph.ts';
import { ID_BYTES, IdIndex } from '../../model/failure-graph/id-index.ts';
import type { Db, Trx } from './database.ts';

export const ENVIRONMENTS: readonly CiEnvironment[] = ciEnvironmentSchema.options;
export const CI_TYPES: readonly CiType[] = ciTypeSchema.options;

/** All items, and who fails with whom, in one state of the inventory. */
export interface ReadFailureGraph {
  graph: FailureGraph;
  /** The numbers of the graph's items. */
  ids: IdIndex;
  /** Of each item the place in `ENVIRONMENTS` and in `CI_TYPES`. */
  environments: Uint8Array;
  ci_types: Uint8Array;
  /** The last commit that is in it, and its time; null before the first. */
  seq: number;
  state_at: Date | null;
}

/** Blocks of a table that are read at once: 16 MB, some 50,000 rows, some tenths of a second. */
const BLOCKS_PER_READ = 2_048;

const ITEM_BYTES = ID_BYTES + 4;
const NEED_BYTES = 3 * ID_BYTES + 4;

/**
 * Reads all items, and every current relationship over which failure spreads, in one snapshot: block by
 * block, since an index would lead all over the table, and packed, since a million rows as objects cost
 * more than all that is done with them.
 */
export function readFailureGraph(db: Db): Promise<ReadFailureGraph> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const state = await readState(trx);
      const { ids, codes } = await readItems(trx, state.items);
      const up = codes.map((code) => code >> 16);
      const graph = (await readNeeds(trx, ids)).build(Uint8Array.from(up));
      return {
        graph,
        ids,
        environments: Uint8Array.from(codes, (code) => code & 0xff),
        ci_types: Uint8Array.from(codes, (code) => (code >> 8) & 0xff),
        seq: state.seq,
        state_at: state.state_at,
      };
    });
}

async function readState(trx: Trx) {
  const { rows } = await sql<{ seq: number; state_at: Date | null; items: number }>`
    select coalesce(last.seq, 0) as seq, last.committed_at as state_at,
      (select greatest(reltuples, 0)::int from pg_class where oid = 'items'::regclass) as items
    from (values (1)) one
    left join lateral (
      select seq, committed_at from ticks where seq is not null order by seq desc limit 1
    ) last on true
  `.execute(trx);
  return rows[0] ?? { seq: 0, state_at: null, items: 0 };
}

async function readItems(trx: Trx, expected: number) {
  const ids = new IdIndex(expected);
  const codes: number[] = [];
  const packed = sql`
    uuid_send(ci_id) || int4send(
      array_position(${[...ENVIRONMENTS]}::text[], environment) - 1
      + 256 * (array_position(${[...CI_TYPES]}::text[], ci_type) - 1)
      + 65536 * (status = any(${[...UP_STATUSES]}::text[]))::int
    )`;
  for await (const rows of blocksOf(trx, 'items', packed, sql`retired_at is null`)) {
    for (let at = 0; at < rows.length; at += ITEM_BYTES) {
      codes[ids.add(rows, at)] = rows.readInt32BE(at + ID_BYTES);
    }
  }
  return { ids, codes: Int32Array.from(codes) };
}

async function readNeeds(trx: Trx, ids: IdIndex): Promise<FailureGraphBuilder> {
  const builder = new FailureGraphBuilder();
  const groups = new IdIndex();
  const dependent = sql`case spread when 'forward' then source_ci_id else target_ci_id end`;
  const member = sql`case spread when 'forward' then target_ci_id else source_ci_id end`;
  // A group without a name is none; 0 as the number of those that must be up says so.
  const packed = sql`
    uuid_send(${dependent}) || uuid_send(${member})
    || case when redundancy_group is null then uuid_send(${member})
      else decode(md5(${dependent}::text || ' ' || redundancy_group), 'hex') end
    || int4send(case when redundancy_group is null then 0 else
      2 * greatest(coalesce(min_up, 1), 1)
      + (attributes->>'health' is distinct from ${UNHEALTHY})::int end)`;
  const condition = sql`valid_to is null and spread <> 'none'`;
  for await (const rows of blocksOf(trx, 'relationships', packed, condition)) {
    for (let at = 0; at < rows.length; at += NEED_BYTES) {
      const from = ids.find(rows, at);
      const to = ids.find(rows, at + ID_BYTES);
      if (from === -1 || to === -1) continue;
      const code = rows.readInt32BE(at + 3 * ID_BYTES);
      if (code === 0) {
        builder.needsAlone(from, to);
        continue;
      }
      const group = groups.add(rows, at + 2 * ID_BYTES);
      builder.needsOneOf(from, to, { group, min_up: code >> 1, is_healthy: (code & 1) === 1 });
    }
  }
  return builder;
}

/** Reads a table from its first block to its last, each row as the bytes that `packed` makes of it. */
async function* blocksOf(
  trx: Trx,
  table: 'items' | 'relationships',
  packed: ReturnType<typeof sql>,
  condition: ReturnType<typeof sql>,
): AsyncGenerator<Buffer> {
  const { rows } = await sql<{ blocks: number }>`
    select pg_relation_size(${table}::regclass) / current_setting('block_size')::int as blocks
  `.execute(trx);
  const blocks = rows[0]?.blocks ?? 0;
  for (let block = 0; block < blocks; block += BLOCKS_PER_READ) {
    const { rows: read } = await sql<{ packed: Buffer | null }>`
      select string_agg(${packed}, ''::bytea) as packed from ${sql.table(table)}
      where ctid >= ${sql.lit(`(${block},0)`)}::tid
        and ctid < ${sql.lit(`(${block + BLOCKS_PER_READ},0)`)}::tid
        and ${condition}
    `.execute(trx);
    if (read[0]?.packed) yield read[0].packed;
  }
}
