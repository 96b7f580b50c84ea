import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { finishRun } from '../../../db/postgres/finish-run.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import {
  promoteScope,
  StagingMismatchError,
  StaleRunError,
} from '../../../db/postgres/promote-scope.ts';
import { closeSliceScan, openSliceScan } from '../../../db/postgres/slice-scan.ts';
import { sliceId } from '../../../model/identity.ts';
import { GLOBAL_REGION, type SliceOutcome } from '../../../model/scope.ts';
import { createTestDatabase } from '../../support/stores.ts';
import {
  discoverThings,
  planThings,
  type StagedRun,
  stageThings,
  thingType,
} from '../../support/things.ts';

const POLICY = { retire_after_scans: 2, max_loss_percent: 50 };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'slice outcomes test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const sliceIn = (account: string) => sliceId('host', account, GLOBAL_REGION, thingType.name);

const outcomeOf = (account: string) =>
  db
    .selectFrom('slices')
    .select(['last_state', 'last_run_id', 'error_code', 'missing_permission', 'scanned_at'])
    .select(['proven_at', 'held_loss'])
    .where('slice_id', '=', sliceIn(account))
    .executeTakeFirstOrThrow();

const promote = (run: StagedRun) => promoteScope(db, run.runId, run.scopeId, POLICY);

test('a listing that is complete and not promoted is no outcome of its slice yet', async () => {
  const account = 'listed only';
  const run = await stageThings(db, [{ id: 'a' }], { account });
  expect(await outcomeOf(account)).toMatchObject({ last_state: null, scanned_at: null });
  await promote(run);
  const { proven_at, ...outcome } = await outcomeOf(account);
  expect(outcome).toMatchObject({ last_state: 'complete', last_run_id: run.runId });
  expect(outcome.scanned_at).toEqual(proven_at);
});

test('a denied listing is the outcome at once, and the proof before it stays', async () => {
  const account = 'denied';
  await discoverThings(db, [{ id: 'a' }], { account });
  const { proven_at } = await outcomeOf(account);
  const runId = randomUUID();
  await planThings(db, runId, { account });
  await openSliceScan(db, runId, sliceIn(account));
  await closeSliceScan(db, runId, sliceIn(account), {
    outcome: 'denied',
    error_code: 'AccessDenied',
    error_message: 'no',
    missing_permission: 'thing:List',
  });
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'denied',
    last_run_id: runId,
    missing_permission: 'thing:List',
    proven_at,
  });
  await discoverThings(db, [{ id: 'a' }], { account });
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'complete',
    error_code: null,
    missing_permission: null,
  });
});

test('what was listed and never promoted leaves its slice failed when the run ends', async () => {
  const account = 'never promoted';
  await discoverThings(db, [{ id: 'a' }], { account });
  const run = await stageThings(db, [], { account });
  await finishRun(db, run.runId, 'finished', []);
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'failed',
    error_code: 'not_promoted',
  });
});

test('staging that is not what its listing claims leaves the slice failed, also after the run', async () => {
  const account = 'mismatch';
  const run = await stageThings(db, [{ id: 'a' }], { account });
  await db.deleteFrom('staged_items').where('run_id', '=', run.runId).execute();
  await expect(promote(run)).rejects.toThrow(StagingMismatchError);
  await finishRun(db, run.runId, 'finished', []);
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'failed',
    error_code: 'staging_mismatch',
    proven_at: null,
  });
});

test('a cancelled run says nothing about a slice, a run that broke off says failed', async () => {
  const account = 'cut';
  await discoverThings(db, [{ id: 'a' }], { account });
  const before = await outcomeOf(account);
  const [cancelled, broken] = [randomUUID(), randomUUID()];
  for (const runId of [cancelled, broken]) {
    await planThings(db, runId, { account });
    await openSliceScan(db, runId, sliceIn(account));
  }
  await finishRun(db, cancelled, 'cancelled', []);
  expect(await outcomeOf(account)).toEqual(before);
  await finishRun(db, broken, 'failed', []);
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'failed',
    error_code: 'not_finished',
    last_run_id: broken,
  });
});

test('a held slice tells the loss until a complete scan ends that', async () => {
  const account = 'held';
  const many = Array.from({ length: 60 }, (_, i) => ({ id: `n${i}` }));
  await discoverThings(db, many, { account });
  const { proven_at } = await outcomeOf(account);
  await discoverThings(db, many.slice(0, 5), { account });
  expect(await outcomeOf(account)).toMatchObject({
    last_state: 'complete',
    held_loss: 55,
    proven_at,
  });
  await discoverThings(db, many.slice(0, 5), { account, outcome: 'partial' });
  expect(await outcomeOf(account)).toMatchObject({ last_state: 'partial', held_loss: 55 });
  await discoverThings(db, many, { account });
  expect(await outcomeOf(account)).toMatchObject({ last_state: 'complete', held_loss: null });
});

/** A scan that begins, ends and is promoted at moments of its own among those of others. */
const scan = fc.record({
  outcome: fc.constantFrom<SliceOutcome>('complete', 'partial', 'denied', 'failed'),
  ends_at: fc.integer({ min: 0, max: 9 }),
});

test('of scans that overlap in any way, the newest that ended is the outcome', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(scan, { minLength: 1, maxLength: 4 }), async (scans) => {
      const account = randomUUID();
      const runs: Array<StagedRun & (typeof scans)[number] & { order: number }> = [];
      for (const [order, one] of scans.entries()) {
        const runId = randomUUID();
        await planThings(db, runId, { account });
        await openSliceScan(db, runId, sliceIn(account));
        const { scopeId } = await scopeOf(account);
        runs.push({ ...one, order, runId, scopeId, sliceId: sliceIn(account) });
      }
      let newest: (typeof runs)[number] | null = null;
      let promoted = -1;
      for (const run of runs.toSorted((a, b) => a.ends_at - b.ends_at)) {
        const isListed = run.outcome === 'complete' || run.outcome === 'partial';
        await closeSliceScan(db, run.runId, run.sliceId, {
          outcome: run.outcome,
          error_code: run.outcome === 'complete' ? null : 'test',
          error_message: null,
          missing_permission: run.outcome === 'denied' ? 'thing:List' : null,
        });
        const isRefused = isListed && run.order < promoted;
        if (isRefused) await expect(promote(run)).rejects.toThrow(StaleRunError);
        else await promote(run);
        if (isListed && !isRefused) promoted = run.order;
        if (!isRefused && (!newest || run.order > newest.order)) newest = run;
        expect(await outcomeOf(account)).toMatchObject({
          last_state: newest?.outcome ?? null,
          last_run_id: newest?.runId ?? null,
          missing_permission: newest?.outcome === 'denied' ? 'thing:List' : null,
        });
        await finishRun(db, run.runId, 'finished', []);
        expect((await outcomeOf(account)).last_run_id).toBe(newest?.runId ?? null);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

async function scopeOf(account: string): Promise<{ scopeId: string }> {
  const { rows } = await sql<{ scope_id: string }>`
    select scope_id from scopes where account = ${account}
  `.execute(db);
  return { scopeId: rows[0]?.scope_id ?? '' };
}
