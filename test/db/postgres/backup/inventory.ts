import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { noteAttempt } from '../../../../db/postgres/audit.ts';
import type { Db } from '../../../../db/postgres/database.ts';
import { declareItem } from '../../../../db/postgres/declared/declare-item.ts';
import { overrideItem } from '../../../../db/postgres/override-item.ts';
import { insertSchedule } from '../../../../db/postgres/schedules.ts';
import { createToken } from '../../../../db/postgres/tokens.ts';
import { insertWebhook } from '../../../../db/postgres/webhooks/subscriptions.ts';
import { declaredItemSchema } from '../../../../model/declared-item.ts';
import { scheduleDefinitionSchema } from '../../../../model/schedule.ts';
import { discoverEstate, type Estate, partId } from '../../../api/estate.ts';

/** What is left after the third discovery. */
export const PRESENT: Estate = [
  { id: 'shop', needs: ['web'], environment: 'production' },
  { id: 'web', needs: ['db'], tags: { 'with\ttab': 'and\nline "quotes" \\ back' } },
  { id: 'db', ci_type: 'aws_rds', size: 7, load: 0.1 + 0.2 },
];

/** Fills an inventory with something of everything that a backup is to keep. */
export async function fillInventory(db: Db): Promise<{ secret: string; webhook_id: string }> {
  await discoverEstate(db, [...PRESENT, { id: 'gone', needs: ['db'] }]);
  await discoverEstate(db, [
    { id: 'shop' },
    ...PRESENT.slice(1).map((part) => ({ ...part, size: 1 })),
  ]);
  await discoverEstate(db, PRESENT);
  await overrideItem(db, {
    ci_id: partId('db'),
    change: { owner: 'ada', status: 'under_maintenance' },
    by: 'token:ada',
    expected_version: null,
  });
  await declareItem(db, {
    item: declaredItemSchema.parse({
      declared_id: 'billing',
      ci_type: 'business_service',
      name: 'Billing',
      relations: [{ relationship_type: 'depends_on', target: `ci:${partId('shop')}` }],
    }),
    by: 'token:ada',
    mode: 'create',
    expected_version: null,
  });
  const { secret } = await createToken(db, {
    name: 'ci',
    role: 'reader',
    restriction: { teams: ['payments'] },
    expires_at: null,
    created_by: 'token:ada',
  });
  await db.transaction().execute(async (trx) => {
    const definition = scheduleDefinitionSchema.parse({ cron: '@daily', time_zone: 'UTC' });
    const schedule = { schedule_id: 'nightly', owner: 'api' as const, paused: false };
    await insertSchedule(trx, { ...schedule, ...definition });
    await noteAttempt(trx, {
      request_id: randomUUID(),
      principal_kind: 'token',
      principal_id: 'ada',
      principal_name: 'ada',
      role: 'admin',
      method: 'POST',
      operation: '/tokens',
      path: '/tokens',
      address: null,
    });
  });
  const webhook_id = randomUUID();
  await insertWebhook(db, {
    webhook_id,
    url: 'https://example.com/hook',
    description: null,
    filter: {},
    secret: 'plain:sealed',
    cursor: { seq: 1, inside: null },
    created_by: 'token:ada',
  });
  await sql`insert into webhook_deliveries (webhook_id, filter, event_count, state)
    values (${webhook_id}, '{}', 1, 'delivered')`.execute(db);
  await sql`insert into held_items select slice_id, ci_id from items limit 2`.execute(db);
  await sql`insert into loss_approvals (slice_id, loss, reason)
    select slice_id, 30, 'it was moved' from slices limit 1`.execute(db);
  await sql`insert into relate_queue (ci_id, ended_keys) values (${partId('db')}, '{a,"b,c"}')`.execute(
    db,
  );
  await sql`insert into declared_relations (relation_id, declared_id, declaration, declared_by)
    values (${randomUUID()}, 'billing-needs-shop', '{"note": null}', 'token:ada')`.execute(db);
  const [low, high] = [partId('web'), partId('db')].sort();
  await sql`insert into sameness_decisions
    (decision_id, low_ci_id, high_ci_id, verdict, reason, decided_by)
    values (${randomUUID()}, ${low}, ${high}, 'different', 'one is tabs	only', 'token:ada')`.execute(
    db,
  );
  return { secret, webhook_id };
}

/** Every table of the schema with its number of rows and a hash of them. */
export async function contentsOf(db: Db): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const table of await tablesOf(db)) {
    const { rows } = await sql<{ count: number; hash: string | null }>`
      select count(*), md5(string_agg(one::text, ';' order by one::text)) as hash
      from ${sql.table(table)} one
    `.execute(db);
    contents.set(table, `${rows[0]?.count} rows ${rows[0]?.hash}`);
  }
  return contents;
}

export async function tablesOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1
  `.execute(db);
  return rows.map(({ name }) => name);
}
