import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getItem, itemFreshness } from '../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { changedNodes, nextStretch } from '../../../db/postgres/outbox.ts';
import { overrideItem } from '../../../db/postgres/override-item.ts';
import { promoteScope } from '../../../db/postgres/promote-scope.ts';
import type { OverrideChange } from '../../../model/overrides.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings, stageThings, type Thing, thingId } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'override test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Things of an account of the test's own, and what people say of the one called `a`. */
function estateOf(account: string) {
  return {
    discover: (...things: Thing[]) => discoverThings(db, things, { account }),
    set: (change: OverrideChange, expected_version: number | null = null, by = 'ada') =>
      overrideItem(db, { ci_id: thingId('a', account), change, by, expected_version }),
    read: async () => {
      const item = await getItem(db, thingId('a', account));
      if (!item) throw new Error('there is no a');
      return item;
    },
  };
}

test('what a person sets holds, says who and when, and is a version of its own', async () => {
  const { discover, set, read } = estateOf('set');
  await discover({ id: 'a', owner: 'tag' });
  expect(await set({ owner: 'payments', team: 'core' })).toEqual({
    kind: 'done',
    version: 2,
    has_new_version: true,
  });
  const item = await read();
  expect(item).toMatchObject({ owner: 'payments', team: 'core', version: 2 });
  const at = expect.stringMatching(/^20\d\d-.*Z$/);
  expect(item.overrides).toEqual({
    owner: { value: 'payments', observed: 'tag', by: 'ada', at },
    team: { value: 'core', observed: null, by: 'ada', at },
  });
  expect(item.change_history).toEqual([
    {
      version: 2,
      timestamp: item.updated_at,
      run_id: null,
      changed_by: 'ada',
      changes: { owner: { old: 'tag', new: 'payments' }, team: { old: null, new: 'core' } },
    },
  ]);
});

test('an unchanged rediscovery of it writes nothing', async () => {
  const { discover, set } = estateOf('unchanged');
  await discover({ id: 'a', owner: 'tag' });
  await set({ owner: 'payments', status: 'deprecated' });
  const written = async () =>
    (
      await sql`
        select items.xmin::text as item, overrides.xmin::text as overrides,
          (select count(*) from ticks) as ticks, (select count(*) from item_versions) as versions
        from items join item_overrides overrides using (ci_id)
        where account = 'unchanged'
      `.execute(db)
    ).rows;
  const before = await written();
  const counts = await discover({ id: 'a', owner: 'tag' });
  expect(counts).toMatchObject({ added: 0, changed: 0 });
  expect(await written()).toEqual(before);
});

test('what is observed behind it is remembered, makes no version, and comes back with null', async () => {
  const { discover, set, read } = estateOf('behind');
  await discover({ id: 'a', owner: 'first' });
  await set({ owner: 'payments' });
  expect((await discover({ id: 'a', owner: 'second' })).changed).toBe(0);
  expect(await read()).toMatchObject({
    owner: 'payments',
    version: 2,
    overrides: { owner: { observed: 'second' } },
  });
  expect(await itemFreshness(db, thingId('a', 'behind'))).toMatchObject({
    version: 2,
    overrides: { owner: { observed: 'second' } },
  });
  expect(await set({ owner: null })).toMatchObject({ version: 3 });
  expect(await read()).toMatchObject({ owner: 'second', version: 3, overrides: {} });
});

test('a change of another field of it is a version by discovery', async () => {
  const { discover, set, read } = estateOf('other field');
  await discover({ id: 'a', owner: 'tag' });
  await set({ owner: 'payments' });
  const { runId } = await discover({ id: 'a', owner: 'else', size: 9 });
  expect((await read()).change_history[0]).toMatchObject({
    version: 3,
    run_id: runId,
    changed_by: null,
    changes: { 'attributes.size': { old: 0, new: 9 } },
  });
});

test('saying what discovery says makes no version and holds all the same', async () => {
  const { discover, set, read } = estateOf('same');
  await discover({ id: 'a', owner: 'payments' });
  expect(await set({ owner: 'payments' })).toMatchObject({ version: 1, has_new_version: false });
  await discover({ id: 'a', owner: 'else' });
  expect(await read()).toMatchObject({ owner: 'payments', version: 1 });
});

test('setting the same again changes nothing, and it stays whose it was', async () => {
  const { discover, set, read } = estateOf('again');
  await discover({ id: 'a' });
  await set({ owner: 'payments' });
  const before = await read();
  expect(await set({ owner: 'payments' }, null, 'grace')).toMatchObject({ has_new_version: false });
  expect(await read()).toEqual(before);
});

test('a change made for an older version is refused, and names the newest', async () => {
  const { discover, set, read } = estateOf('stale');
  await discover({ id: 'a' });
  expect(await set({ owner: 'payments' }, 1)).toMatchObject({ kind: 'done', version: 2 });
  expect(await set({ owner: 'orders' }, 1)).toEqual({ kind: 'stale', version: 2 });
  expect((await read()).owner).toBe('payments');
});

test('an item that is not there is told', async () => {
  const { set } = estateOf('nobody');
  expect(await set({ owner: 'payments' })).toEqual({ kind: 'unknown' });
});

test('a status that a person set holds over the source, and over retirement', async () => {
  const { discover, set, read } = estateOf('status');
  await discover({ id: 'a' });
  await set({ status: 'under_maintenance' });
  await discover({ id: 'a', status: 'inactive' });
  expect(await read()).toMatchObject({
    status: 'under_maintenance',
    version: 2,
    overrides: { status: { observed: 'inactive' } },
  });
  await discover();
  expect(await discover()).toMatchObject({ retired: 1 });
  const gone = await read();
  expect(gone).toMatchObject({ status: 'under_maintenance', version: 2 });
  expect(gone.retired_at).not.toBeNull();
  expect(await set({ status: null })).toMatchObject({ version: 3 });
  expect(await read()).toMatchObject({ status: 'retired', retired_at: gone.retired_at });
  await discover({ id: 'a', status: 'inactive' });
  expect(await read()).toMatchObject({ status: 'inactive', version: 4 });
});

test('other fields that a person set hold through retirement and return', async () => {
  const { discover, set, read } = estateOf('through');
  await discover({ id: 'a', owner: 'tag' });
  await set({ owner: 'payments' });
  await discover();
  await discover();
  expect(await read()).toMatchObject({ status: 'retired', owner: 'payments', version: 3 });
  await discover({ id: 'a', owner: 'tag' });
  expect(await read()).toMatchObject({ status: 'active', owner: 'payments', version: 4 });
});

test('the change is in the outbox, as that of a discovery is', async () => {
  const { discover, set } = estateOf('outbox');
  await discover({ id: 'a' });
  for (let all = await nextStretch(db, 'graph', 500); all; all = null) {
    await sql`update outbox_consumers set seq = ${all.last_seq}`.execute(db);
  }
  await set({ status: 'deprecated' });
  const stretch = await nextStretch(db, 'graph', 500);
  const { value: nodes } = await changedNodes(db, stretch?.ticks ?? [], 10).next();
  expect(nodes).toMatchObject([{ version: 2, status: 'deprecated' }]);
});

test('what is set while a promotion writes the item is neither lost nor overwritten', async () => {
  const account = 'race';
  const { discover, set, read } = estateOf(account);
  await discover({ id: 'a', owner: 'tag', size: 1 });
  for (let round = 0; round < 20; round++) {
    const run = await stageThings(db, [{ id: 'a', owner: 'tag', size: 2 + round }], { account });
    const policy = { retire_after_scans: 2, max_loss_percent: 50 };
    await Promise.all([
      promoteScope(db, run.runId, run.scopeId, policy),
      set({ owner: `owner ${round}`, status: round % 2 ? 'planned' : null }),
    ]);
    expect(await read()).toMatchObject({
      owner: `owner ${round}`,
      status: round % 2 ? 'planned' : 'active',
      attributes: { size: 2 + round },
    });
  }
  const { rows } = await sql<{ version: number }>`
    select version from item_versions where ci_id = ${thingId('a', account)} order by version
  `.execute(db);
  expect(rows.map(({ version }) => version)).toEqual(rows.map((_, place) => place + 1));
});

test('what is set while a promotion retires the item stays set, and the item retired', async () => {
  const account = 'retiring';
  const { discover, set, read } = estateOf(account);
  const policy = { retire_after_scans: 1, max_loss_percent: 50 };
  for (let round = 0; round < 12; round++) {
    await discover({ id: 'a' });
    const run = await stageThings(db, [], { account });
    await Promise.all([
      promoteScope(db, run.runId, run.scopeId, policy),
      set({ owner: `owner ${round}` }),
    ]);
    const gone = await read();
    expect(gone).toMatchObject({ owner: `owner ${round}`, status: 'retired' });
    expect(gone.version).toBe(3 * round + 3);
  }
});
