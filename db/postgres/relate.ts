import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { MAX_ITEMS_OF_THING } from '../../model/sameness.ts';
import { openTick, sealTick } from './clock.ts';
import type { Db, Trx } from './database.ts';
import { firstIfSame } from './sameness/first-if-same.ts';

/** One relate at a time: two would resolve one reference against different keys. */
export const RELATE_LOCK = 0x636d6462_02;
const POLL_MS = 100;

export interface RelateCounts {
  /** Queue entries worked off; 0 means that nothing is left. */
  taken: number;
  /** Relationships that began, … */
  added: number;
  /** … ended, or … */
  ended: number;
  /** … went on with a new reading. */
  remeasured: number;
}

/**
 * Works off a batch of the relate queue: resolves the references of the queued items, and those
 * of others that name a key of theirs, and brings the relationships up to it.
 *
 * A key resolves when it has exactly one live owner; a key with two owners resolves to nobody, unless
 * they are the same thing: then it is the one of the first source (`model/sameness.ts`). The key
 * `ci:<id>` is that of the item itself, while it is there.
 * A relationship ends with the last reference behind it. One transaction; the cost is that of
 * the changed items and whoever refers to them, not of the inventory. Who waits for another's turn to
 * end holds no connection meanwhile.
 *
 * @param runId the run that asks for it; null for a person's change
 * @param batchSize queued items at most, which bounds the transaction
 */
export async function relate(
  db: Db,
  runId: string | null,
  batchSize: number,
): Promise<RelateCounts> {
  for (;;) {
    const counts = await takeTurn(db, runId, batchSize);
    if (counts) return counts;
    await sleep(POLL_MS);
  }
}

/** @returns null when another relate has the turn */
function takeTurn(db: Db, runId: string | null, batchSize: number): Promise<RelateCounts | null> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${RELATE_LOCK}) as held
    `.execute(trx);
    if (!rows[0]?.held) return null;
    const taken = await takeBatch(trx, batchSize);
    if (taken === 0) return { taken, added: 0, ended: 0, remeasured: 0 };
    await resolveReferences(trx);
    await gatherSupport(trx);

    const tick = await openTick(trx);
    const ended = await endRelationships(trx, tick);
    const added = await beginRelationships(trx, tick, runId);
    const remeasured = await remeasure(trx, tick);
    if (added + ended + remeasured > 0) await sealTick(trx, tick, runId);
    return { taken, added, ended, remeasured };
  });
}

async function takeBatch(trx: Trx, batchSize: number): Promise<number> {
  await sql`
    create temporary table relate_batch on commit drop as
    with taken as (
      delete from relate_queue where queue_id in (
        select queue_id from relate_queue order by queue_id limit ${batchSize}
      ) returning ci_id, ended_keys, ended_references
    )
    select * from taken
  `.execute(trx);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from relate_batch
  `.execute(trx);
  const taken = rows[0]?.count ?? 0;
  if (taken > 0) await sql`analyze relate_batch (ci_id)`.execute(trx);
  return taken;
}

/**
 * Finds the references to look at again, and what each of them stands for now. A referrer that is no
 * item is a relationship that a person declared; it is always there.
 */
async function resolveReferences(trx: Trx): Promise<void> {
  await sql`
    create temporary table relate_keys on commit drop as
    select key from item_keys where ci_id in (select ci_id from relate_batch)
    union
    select unnest(ended_keys) from relate_batch
  `.execute(trx);
  await sql`analyze relate_keys`.execute(trx);
  await sql`
    create temporary table relate_affected on commit drop as
    select reference_id from item_references
    where referrer_id in (select ci_id from relate_batch)
    union
    select reference_id from item_references join relate_keys on target_key = key
    union
    select reference_id from item_references join relate_keys on source_key = key
    union
    select reference_id from item_references join relate_batch on target_key = 'ci:' || ci_id
    where target_key like 'ci:%'
    union
    select reference_id from item_references join relate_batch on source_key = 'ci:' || ci_id
    where source_key like 'ci:%'
  `.execute(trx);
  await sql`analyze relate_affected`.execute(trx);
  await sql`
    create temporary table relate_owners on commit drop as
    with affected as (
      select target_key, source_key from item_references join relate_affected using (reference_id)
    ),
    named as (
      select target_key as key from affected
      union select source_key from affected where source_key is not null
    ),
    owned as (
      select key, array_agg(ci_id) as ci_ids from item_keys
      where live and key in (select key from named)
      group by key
    )
    select key, case
        when cardinality(ci_ids) = 1 then ci_ids[1] else ${firstIfSame(sql`ci_ids`)}
      end as ci_id
    from owned where cardinality(ci_ids) <= ${MAX_ITEMS_OF_THING}
    union all
    select named.key, items.ci_id from named
    join items on items.ci_id = case
      when key ~ '^ci:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(key, 4)::uuid
    end
    where items.missing_since is null
  `.execute(trx);
  await sql`analyze relate_owners`.execute(trx);
  await sql`
    create temporary table relate_resolved on commit drop as
    select affected.reference_id, known.relationship_id as old_id,
      source.ci_id as source_ci_id, target.ci_id as target_ci_id,
      relationship_id(
        source.ci_id, affected.relationship_type, target.ci_id, affected.discriminator
      ) as new_id
    from relate_affected
    join item_references affected on affected.reference_id = relate_affected.reference_id
    left join resolved_references known on known.reference_id = affected.reference_id
    left join items referrer on referrer.ci_id = affected.referrer_id
    left join relate_owners target_owner on target_owner.key = affected.target_key
    left join relate_owners source_owner on source_owner.key = affected.source_key
    cross join lateral (
      select case
        when referrer.missing_since is not null then null
        when affected.source_key is null then affected.referrer_id
        else source_owner.ci_id
      end as ci_id
    ) source
    cross join lateral (
      select nullif(target_owner.ci_id, source.ci_id) as ci_id
    ) target
  `.execute(trx);
  await sql`
    insert into resolved_references (reference_id, relationship_id)
    select reference_id, new_id from relate_resolved
    where new_id is not null and new_id is distinct from old_id
    on conflict (reference_id) do update set relationship_id = excluded.relationship_id
  `.execute(trx);
  await sql`
    delete from resolved_references using relate_resolved resolved
    where resolved_references.reference_id = resolved.reference_id
      and resolved.new_id is null and resolved.old_id is not null
  `.execute(trx);
}

/**
 * Collects the relationships that may have changed, each with the reference that describes it.
 * It reads the references as they are now, so that one which a promotion removed in the meantime
 * holds nothing up.
 */
async function gatherSupport(trx: Trx): Promise<void> {
  await sql`
    create temporary table relate_touched on commit drop as
    with gone as (
      select unnest(ended_references) as reference_id from relate_batch
    ),
    unsupported as (
      delete from resolved_references using gone
      where resolved_references.reference_id = gone.reference_id and not exists (
        select from item_references again where again.reference_id = gone.reference_id
      )
      returning resolved_references.relationship_id
    )
    select old_id as relationship_id from relate_resolved where old_id is not null
    union select new_id from relate_resolved where new_id is not null
    union select relationship_id from unsupported
  `.execute(trx);
  await sql`analyze relate_touched`.execute(trx);
  await sql`
    create temporary table relate_support on commit drop as
    select distinct on (touched.relationship_id)
      touched.relationship_id, references_.*, resolved.source_ci_id, resolved.target_ci_id
    from relate_touched touched
    join resolved_references behind on behind.relationship_id = touched.relationship_id
    join item_references references_ on references_.reference_id = behind.reference_id
    left join relate_resolved resolved on resolved.reference_id = references_.reference_id
    order by touched.relationship_id, references_.reference_id
  `.execute(trx);
  await sql`analyze relate_support (relationship_id)`.execute(trx);
}

async function endRelationships(trx: Trx, tick: number): Promise<number> {
  const ended = await sql`
    update relationships edge set valid_to = ${tick}
    from relate_touched touched
    left join relate_support support on support.relationship_id = touched.relationship_id
    where edge.relationship_id = touched.relationship_id and edge.valid_to is null
      and (
        support.relationship_id is null
        or (support.spread, support.redundancy_group, support.min_up)
          is distinct from (edge.spread, edge.redundancy_group, edge.min_up)
        or (not support.measured and (support.weight, support.attributes)
          is distinct from (edge.weight, edge.attributes))
      )
  `.execute(trx);
  return Number(ended.numAffectedRows ?? 0n);
}

async function beginRelationships(trx: Trx, tick: number, runId: string | null): Promise<number> {
  // Looked up beforehand: the insert would read the table that it fills, and where that was empty when
  // it was planned, once for each row (measured: 14 s for 28,000 rows, growing with the square).
  await sql`
    create temporary table relate_earlier on commit drop as
    select relationship_id, min(created_tick) as created_tick,
      (array_agg(source_ci_id))[1] as source_ci_id, (array_agg(target_ci_id))[1] as target_ci_id,
      bool_or(valid_to is null) as is_current
    from relationships join (select relationship_id from relate_support) support
      using (relationship_id)
    group by relationship_id
  `.execute(trx);
  await sql`analyze relate_earlier`.execute(trx);
  const begun = await sql`
    insert into relationships (
      relationship_id, source_ci_id, target_ci_id, relationship_type, discriminator, weight,
      attributes, spread, redundancy_group, min_up, relation, referrer_id, run_id,
      created_tick, touched_tick, valid_from
    )
    select support.relationship_id,
      coalesce(support.source_ci_id, earlier.source_ci_id),
      coalesce(support.target_ci_id, earlier.target_ci_id),
      support.relationship_type, support.discriminator, support.weight, support.attributes,
      support.spread, support.redundancy_group, support.min_up, support.relation,
      support.referrer_id, coalesce(${runId}::uuid, support.run_id),
      coalesce(earlier.created_tick, ${tick}), ${tick}, ${tick}
    from relate_support support
    left join relate_earlier earlier on earlier.relationship_id = support.relationship_id
    where earlier.is_current is not true
  `.execute(trx);
  return Number(begun.numAffectedRows ?? 0n);
}

/** New readings of measured relationships: written in place, no new interval. */
async function remeasure(trx: Trx, tick: number): Promise<number> {
  const remeasured = await sql`
    update relationships edge set
      weight = support.weight, attributes = support.attributes, touched_tick = ${tick}
    from relate_support support
    where support.measured and edge.relationship_id = support.relationship_id
      and edge.valid_to is null
      and (support.weight, support.attributes) is distinct from (edge.weight, edge.attributes)
  `.execute(trx);
  return Number(remeasured.numAffectedRows ?? 0n);
}
