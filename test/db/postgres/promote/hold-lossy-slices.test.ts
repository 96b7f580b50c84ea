import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { approveLoss } from '../../../../db/postgres/approve-loss.ts';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getSliceCoverage } from '../../../../db/postgres/list-coverage.ts';
import { listHeldItems } from '../../../../db/postgres/list-held-items.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { sliceId } from '../../../../model/identity.ts';
import { GLOBAL_REGION } from '../../../../model/scope.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingType } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'circuit breaker test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const sliceIn = (account: string) => sliceId('host', account, GLOBAL_REGION, thingType.name);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: `n${from + i}` }));
const holdOf = async (account: string) => (await getSliceCoverage(db, sliceIn(account)))?.hold;
const approve = (account: string, loss: number) =>
  approveLoss(db, { slice_id: sliceIn(account), loss, approved_by: 'ann', reason: 'sold' });

async function approvalsOf(account: string) {
  const { rows } = await sql<{ outcome: string | null; spent_run_id: string | null }>`
    select outcome, spent_run_id from loss_approvals where slice_id = ${sliceIn(account)}
    order by approval_id
  `.execute(db);
  return rows;
}

test('a held slice says what it would lose, and holds it again in every scan until it is approved', async () => {
  const account = 'held';
  await discoverThings(db, numbered(0, 60), { account });
  for (let scan = 0; scan < 3; scan++) {
    const counts = await discoverThings(db, [...numbered(0, 5), { id: 'new' }], { account });
    expect(counts).toMatchObject({ held_slices: 1, missing: 0, retired: 0 });
  }
  // The new thing counts from the second scan on, so that the net loss is the 55 that are gone.
  expect(await holdOf(account)).toEqual({ loss: 55, gone: 55, approval: null });
  const held = await listHeldItems(db, sliceIn(account), 100, null);
  expect(held.items.map((item) => item.name).sort()).toEqual(
    numbered(5, 60)
      .map(({ id }) => id)
      .sort(),
  );
});

test('an approved loss goes with the next complete scan, once, and with the usual grace', async () => {
  const account = 'approved';
  await discoverThings(db, numbered(0, 60), { account });
  await discoverThings(db, numbered(0, 5), { account });
  expect(await approve(account, 55)).toBeNull();
  expect((await holdOf(account))?.approval).toMatchObject({ loss: 55, approved_by: 'ann' });
  await discoverThings(db, numbered(0, 3), { account, outcome: 'partial' });
  expect(await approvalsOf(account)).toEqual([{ outcome: null, spent_run_id: null }]);
  const gone = await discoverThings(db, numbered(0, 5), { account });
  expect(gone).toMatchObject({ held_slices: 0, missing: 55, retired: 0 });
  expect(await holdOf(account)).toBeNull();
  expect((await listHeldItems(db, sliceIn(account), 1, null)).items).toEqual([]);
  expect(await discoverThings(db, numbered(0, 5), { account })).toMatchObject({ retired: 55 });
  expect(await approvalsOf(account)).toEqual([{ outcome: 'used', spent_run_id: gone.runId }]);

  await discoverThings(db, numbered(100, 160), { account });
  const again = await discoverThings(db, numbered(0, 5), { account });
  expect(again).toMatchObject({ held_slices: 1 });
});

test('much more gone than was approved is held again, and needs an approval of its own', async () => {
  const account = 'exceeded';
  await discoverThings(db, numbered(0, 200), { account });
  await discoverThings(db, numbered(0, 90), { account });
  expect(await approve(account, 110)).toBeNull();
  const counts = await discoverThings(db, numbered(0, 30), { account });
  expect(counts).toMatchObject({ held_slices: 1, missing: 0, retired: 0 });
  expect(await holdOf(account)).toEqual({ loss: 170, gone: 170, approval: null });
  expect(await approvalsOf(account)).toMatchObject([{ outcome: 'exceeded' }]);
  expect(await approve(account, 110)).toEqual({ refused: 'other_loss', loss: 170 });
  expect(await approve(account, 170)).toBeNull();
  expect(await discoverThings(db, numbered(0, 30), { account })).toMatchObject({ missing: 170 });
});

test('a few more gone than was approved go with it', async () => {
  const account = 'a few more';
  await discoverThings(db, numbered(0, 200), { account });
  await discoverThings(db, numbered(0, 90), { account });
  await approve(account, 110);
  const counts = await discoverThings(db, numbered(0, 75), { account });
  expect(counts).toMatchObject({ held_slices: 0, missing: 125 });
});

test('an approval that turns out not to be needed is spent all the same', async () => {
  const account = 'came back';
  await discoverThings(db, numbered(0, 60), { account });
  await discoverThings(db, numbered(0, 5), { account });
  await approve(account, 55);
  await discoverThings(db, numbered(0, 60), { account });
  expect(await approvalsOf(account)).toMatchObject([{ outcome: 'not_needed' }]);
  expect(await discoverThings(db, numbered(0, 5), { account })).toMatchObject({ held_slices: 1 });
});

test('nothing is approved that does not wait, is not known, or is approved already', async () => {
  const account = 'refusals';
  await discoverThings(db, numbered(0, 60), { account });
  expect(await approve(account, 55)).toEqual({ refused: 'not_held' });
  expect(await approve('nowhere', 1)).toEqual({ refused: 'unknown_slice' });
  await discoverThings(db, numbered(0, 5), { account });
  const both = await Promise.all([approve(account, 55), approve(account, 55)]);
  expect(both).toContainEqual(null);
  expect(both).toContainEqual(
    expect.objectContaining({ refused: 'approved_already', approved_by: 'ann' }),
  );
});

/** How many of the first things a scan lists, and whether a person approves what is held after it. */
const step = fc.record({
  listed: fc.integer({ min: 0, max: 120 }),
  fresh: fc.integer({ min: 0, max: 30 }),
  outcome: fc.constantFrom('complete' as const, 'complete' as const, 'partial' as const),
  approves: fc.boolean(),
});

test('no scan ever loses more than the breaker or a person allows, nor is an approval spent twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      const account = randomUUID();
      await discoverThings(db, numbered(0, 120), { account });
      let approved = 0;
      let approvals = 0;
      for (const { listed, fresh, outcome, approves } of steps) {
        const before = (await getSliceCoverage(db, sliceIn(account)))?.population ?? 0;
        const things = [...numbered(0, listed), ...numbered(500, 500 + fresh)];
        const counts = await discoverThings(db, things, { account, outcome });
        const after = (await getSliceCoverage(db, sliceIn(account)))?.population ?? 0;
        const excess = before - after - approved;
        expect(excess > 20 && excess * 2 > before - approved).toBe(false);
        if (counts.held_slices > 0) expect(counts.missing + counts.retired).toBe(0);
        if (outcome === 'partial') expect(after).toBeGreaterThanOrEqual(before);
        else approved = 0;
        const hold = await holdOf(account);
        if (approves && hold && !hold.approval) {
          expect(await approve(account, hold.loss)).toBeNull();
          approved = hold.loss;
          approvals += 1;
        }
      }
      const spent = (await approvalsOf(account)).filter((approval) => approval.outcome !== null);
      expect(spent).toHaveLength(approved > 0 ? approvals - 1 : approvals);
    }),
    { numRuns: 25 },
  );
}, 120_000);
