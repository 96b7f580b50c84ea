import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../../db/postgres/database.ts';
import { getStats } from '../../db/postgres/get-stats.ts';
import { listItems } from '../../db/postgres/list-items.ts';
import { holdsAt, type Moment } from '../../db/postgres/moment.ts';
import { countItems } from '../../db/postgres/search/count-items.ts';
import type { Thing } from './things.ts';

/** Empties the inventory between two runs of a property; a database for each would take longer. */
export async function emptyInventory(db: Db): Promise<void> {
  await sql`truncate items, item_versions, item_absences, item_volatile, item_sources, item_keys,
    item_references, resolved_references, item_overrides, relationships, relate_queue, runs, slices,
    scopes, ticks restart identity cascade`.execute(db);
  const nothing = { seq: 0, kept_from: null, scans_kept_from: null };
  await db.updateTable('history_bound').set(nothing).execute();
  await db.updateTable('outbox_consumers').set({ seq: 0 }).execute();
}

/** The time by the clock of the store, at which nothing happens any more. */
export async function quietTime(db: Db): Promise<Date> {
  await sleep(3);
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  await sleep(3);
  return new Date(rows[0]?.now ?? 0);
}

/** Everything that can be asked, of the present or of a moment. */
export async function answersAt(db: Db, moment: Moment | null) {
  const filters = [{}, { status: 'retired' as const }, { account: 'one' }];
  const lists = [];
  for (const filter of filters) {
    const { items } = await listItems(db, filter, 100, null, moment);
    lists.push({
      total: await countItems(db, filter, moment),
      // What was observed beside people's own values has no history.
      items: items.map(({ overrides: _, ...item }) => item),
    });
  }
  const edges = await sql<{ relationship_id: string; weight: number }>`
    select relationship_id, source_ci_id, target_ci_id, weight from relationships
    where ${holdsAt('valid_from', 'valid_to', moment)} order by relationship_id
  `.execute(db);
  return { lists, edges: edges.rows, stats: await getStats(db, null, moment) };
}

/** Things whose ids and keys are those of one account and of no other. */
export function ofAccount(account: string, things: readonly Thing[]): Thing[] {
  const own = (keys: readonly string[] = []) => keys.map((key) => `${account}/${key}`);
  return things.map((one) => ({
    ...one,
    id: `${account}-${one.id}`,
    keys: own(one.keys),
    needs: own(one.needs),
  }));
}
