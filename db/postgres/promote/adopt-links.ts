import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';

/**
 * Brings keys and references of items that are new, or whose keys or references changed, up to what
 * was staged, writing only what differs, and queues those items for relate: one whose tags changed
 * does not have all that refers to it resolved again. Call it after `adoptStaged`.
 *
 * A reference that goes away takes its relationship with it only if no other reference stands
 * behind it; so the reference is queued, and relate decides.
 */
export async function adoptLinks(context: PromoteContext): Promise<void> {
  const { trx, runId, stagedDocument } = context;
  await sql`
    create temporary table promote_links on commit drop as
    select staged.ci_id, listed.document->'keys' as keys, listed.document->'references' as refs
    from promote_staged staged
    cross join ${stagedDocument} listed
    left join promote_changed changed on changed.ci_id = staged.ci_id
    where staged.has_document and (changed.ci_id is null or changed.new_links)
  `.execute(trx);
  await sql`
    create temporary table promote_references on commit drop as
    select distinct on (reference_id) * from (
      select
        md5(jsonb_build_array(
          links.ci_id, ref.relation, ref.source_key, ref.key, ref.discriminator
        )::text)::uuid as reference_id,
        links.ci_id as referrer_id, ref.source_key, ref.key as target_key, ref.relation,
        ref.type as relationship_type, ref.discriminator, ref.weight, ref.attributes,
        ref.measured, ref.spread, ref.redundancy_group, ref.min_up
      from promote_links links
      cross join lateral jsonb_to_recordset(links.refs) as ref (
        relation text, source_key text, key text, type text, discriminator text,
        weight double precision, attributes jsonb, measured boolean, spread text,
        redundancy_group text, min_up integer
      )
    ) parsed order by reference_id
  `.execute(trx);
  await sql`analyze promote_links (ci_id), promote_references (reference_id, referrer_id)`.execute(
    trx,
  );
  await sql`
    with ended_keys as (
      delete from item_keys using promote_links links
      where item_keys.ci_id = links.ci_id and not links.keys ? item_keys.key
      returning item_keys.ci_id, item_keys.key
    ),
    ended_references as (
      delete from item_references using promote_links links
      where item_references.referrer_id = links.ci_id and not exists (
        select from promote_references staged
        where staged.reference_id = item_references.reference_id
      )
      returning item_references.referrer_id as ci_id, item_references.reference_id
    )
    insert into relate_queue (ci_id, ended_keys, ended_references)
    select links.ci_id, coalesce(ended.keys, '{}'), coalesce(gone.reference_ids, '{}')
    from promote_links links
    left join (
      select ci_id, array_agg(key) as keys from ended_keys group by ci_id
    ) ended using (ci_id)
    left join (
      select ci_id, array_agg(reference_id) as reference_ids from ended_references group by ci_id
    ) gone using (ci_id)
  `.execute(trx);
  await sql`
    insert into item_keys (key, ci_id)
    select distinct key.value, links.ci_id
    from promote_links links cross join lateral jsonb_array_elements_text(links.keys) key
    on conflict (key, ci_id) do nothing
  `.execute(trx);
  await sql`
    insert into item_references (
      reference_id, referrer_id, source_key, target_key, relation, relationship_type,
      discriminator, weight, attributes, measured, spread, redundancy_group, min_up, run_id
    )
    select reference_id, referrer_id, source_key, target_key, relation, relationship_type,
      discriminator, weight, attributes, measured, spread, redundancy_group, min_up, ${runId}::uuid
    from promote_references
    on conflict (reference_id) do update set
      relationship_type = excluded.relationship_type, weight = excluded.weight,
      attributes = excluded.attributes, measured = excluded.measured, spread = excluded.spread,
      redundancy_group = excluded.redundancy_group, min_up = excluded.min_up,
      run_id = excluded.run_id
    where (
      item_references.relationship_type, item_references.weight, item_references.attributes,
      item_references.measured, item_references.spread, item_references.redundancy_group,
      item_references.min_up
    ) is distinct from (
      excluded.relationship_type, excluded.weight, excluded.attributes, excluded.measured,
      excluded.spread, excluded.redundancy_group, excluded.min_up
    )
  `.execute(trx);
  await reviveKeys(context);
}

/** Items that are back from missing or retired: their keys and their references resolve again. */
async function reviveKeys({ trx }: PromoteContext): Promise<void> {
  await sql`
    with revived as (
      update item_keys set live = true
      from promote_changed changed
      where item_keys.ci_id = changed.ci_id and not item_keys.live
    )
    insert into relate_queue (ci_id) select ci_id from promote_changed where was_missing
  `.execute(trx);
}
