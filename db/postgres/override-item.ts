import { sql } from 'kysely';
import type { OverrideChange } from '../../model/overrides.ts';
import { openTick, sealTick } from './clock.ts';
import type { Db, Trx } from './database.ts';

export interface OverrideRequest {
  ci_id: string;
  change: OverrideChange;
  /** Who sets it. */
  by: string;
  /** The version that the change was made for; null for whichever there is. */
  expected_version: number | null;
}

/** How it went, with the version that there is now. */
export type OverrideOutcome =
  | { kind: 'done'; version: number; has_new_version: boolean }
  | { kind: 'stale'; version: number }
  | { kind: 'unknown' };

/** What people have set of an item. */
interface Facts {
  fields: Record<string, string>;
  provenance: Record<string, { by: string; at: string }>;
}

/**
 * Sets what people own of an item, or gives it back to discovery, in one transaction. What is
 * observed of the same fields is kept beside; a change of what holds makes a version that says who
 * made it, and its tick is the outbox entry for graph and cache.
 *
 * The item is locked first: a promotion that is writing it is waited for, and seen.
 */
export async function overrideItem(db: Db, request: OverrideRequest): Promise<OverrideOutcome> {
  const { ci_id: ciId, change, by, expected_version: expected } = request;
  return db.transaction().execute(async (trx): Promise<OverrideOutcome> => {
    const held = await lockItem(trx, ciId);
    if (!held) return { kind: 'unknown' };
    const { version } = held;
    if (expected !== null && expected !== version) return { kind: 'stale', version };
    const facts = laidOver(held, change, by);
    if (!facts) return { kind: 'done', version, has_new_version: false };
    const tick = await openTick(trx);
    const newVersion = await writeFacts(trx, ciId, facts, by, tick);
    if (newVersion !== null) await sealTick(trx, tick, null);
    return { kind: 'done', version: newVersion ?? version, has_new_version: newVersion !== null };
  });
}

/** Two statements: the second sees what was committed while the first waited for the lock. */
async function lockItem(trx: Trx, ciId: string): Promise<(Facts & { version: number }) | null> {
  await sql`select from items where ci_id = ${ciId} for update`.execute(trx);
  const { rows } = await sql<Facts & { version: number }>`
    select version, coalesce(fields, '{}') as fields, coalesce(provenance, '{}') as provenance
    from items left join item_overrides using (ci_id) where ci_id = ${ciId}
  `.execute(trx);
  return rows[0] ?? null;
}

/**
 * The facts with the change laid over them; a value that is set already stays whose it was.
 *
 * @returns null where that changes nothing
 */
function laidOver(held: Facts, change: OverrideChange, by: string): Facts | null {
  const fields = { ...held.fields };
  const provenance = { ...held.provenance };
  const at = new Date().toISOString();
  let isChanged = false;
  for (const [field, value] of Object.entries(change)) {
    if (value === undefined || value === (fields[field] ?? null)) continue;
    isChanged = true;
    delete fields[field];
    delete provenance[field];
    if (value === null) continue;
    fields[field] = value;
    provenance[field] = { by, at };
  }
  return isChanged ? { fields, provenance } : null;
}

/**
 * Writes the facts, and the version that they make.
 *
 * @returns the number of that version; null where what holds is what held, since a person may say
 *   of an item what discovery says, too
 */
async function writeFacts(
  trx: Trx,
  ciId: string,
  facts: Facts,
  by: string,
  tick: number,
): Promise<number | null> {
  const fields = sql`${JSON.stringify(facts.fields)}::jsonb`;
  const { rows } = await sql<{ version: number }>`
    with told as (
      select items.ci_id, items.retired_at,
        observed_body(items.body, items.observed_status, fields, observed) as body
      from items left join item_overrides using (ci_id) where items.ci_id = ${ciId}
    ),
    given_back as (
      delete from item_overrides where ci_id = ${ciId} and ${fields} = '{}'
    ),
    kept as (
      insert into item_overrides (ci_id, fields, observed, provenance)
      select ci_id, ${fields}, observed_under(body, ${fields}),
        ${JSON.stringify(facts.provenance)}::jsonb
      from told where ${fields} <> '{}'
      on conflict (ci_id) do update set
        fields = excluded.fields, observed = excluded.observed, provenance = excluded.provenance
    ),
    effective as (
      select ci_id, body
        || case when retired_at is null then '{}' else '{"status": "retired"}'::jsonb end
        || ${fields} as body
      from told
    ),
    archived as (
      insert into item_versions
        (ci_id, version, body, changes, run_id, changed_by, valid_from, valid_to)
      select items.ci_id, items.version, items.body, items.changes, items.run_id, items.changed_by,
        items.valid_from, ${tick}::bigint
      from items join effective using (ci_id) where items.body <> effective.body
    )
    update items set
      body = effective.body, changes = changed_fields(items.body, effective.body),
      version = items.version + 1, run_id = null, changed_by = ${by}, valid_from = ${tick}
    from effective where items.ci_id = effective.ci_id and items.body <> effective.body
    returning items.version
  `.execute(trx);
  return rows[0]?.version ?? null;
}
