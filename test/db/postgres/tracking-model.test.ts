import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { newestPlace } from '../../../db/postgres/read-changes.ts';
import { relate } from '../../../db/postgres/relate.ts';
import { ITEM_CHANGE_TYPES } from '../../../model/change-event.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { commands } from '../../support/tracking/commands.ts';
import {
  expectFeed,
  expectHistory,
  expectNow,
  expectPast,
  expectSoundIntervals,
  seenIn,
} from '../../support/tracking/compare.ts';
import { TrackingModel } from '../../support/tracking/model.ts';
import { installMovingClock } from '../../support/tracking/moving-clock.ts';
import { TrackedStore } from '../../support/tracking/store.ts';

/** How many to try: `CMDB_TRACKING_SEQUENCES=1000` for a long look, of some ten minutes. */
const SEQUENCES = Number(process.env.CMDB_TRACKING_SEQUENCES ?? 25);
const MAX_COMMANDS = 30;

let database: TestDatabase;
let db: Db;
let sequences = 0;
/** What the sequences came by: a test that never meets it says nothing about it. */
const met = new Map<string, number>();
const meet = (what: string) => met.set(what, (met.get(what) ?? 0) + 1);

beforeAll(async () => {
  database = await createTestDatabase();
  await installMovingClock(database.url);
  db = createDatabase({ url: database.url, application_name: 'tracking model test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test(`${SEQUENCES} sequences of scans, crashes, people and clocks leave what a plain model knows`, async () => {
  const sequence = fc.commands(commands, { maxCommands: MAX_COMMANDS, size: 'max' });
  await fc.assert(
    fc.asyncProperty(
      sequence,
      fc.constantFrom(1, 2, 2, 3),
      fc.nat(),
      async (steps, grace, place) => {
        sequences += 1;
        const model = new TrackingModel(grace);
        const store = new TrackedStore(db, sequences, await newestPlace(db), meet);
        try {
          await fc.asyncModelRun(() => ({ model, real: store }), steps);
          expect(await seenIn(db, store, null)).toEqual(model.seen());
          await expectNow(db, model, store);
          await expectPast(db, store);
          await expectHistory(db, model, store);
          await expectFeed(db, model, store, place);
        } finally {
          // What this one left to relate is none of the next one's.
          await relate(db, null, 1_000);
        }
      },
    ),
    { numRuns: SEQUENCES, endOnFailure: process.env.CMDB_TRACKING_SEQUENCES !== undefined },
  );
}, 3_600_000);

test('after all of them intervals follow each other, and nothing overlaps', async () => {
  await expectSoundIntervals(db);
  const all = [
    ...ITEM_CHANGE_TYPES,
    'relationship.added',
    'relationship.ended',
    'stale_run',
    'throttled',
    'expired',
    'clock set back',
    'clock set on',
    // Rare: an older run that changes what a newer one has staged as unchanged; a great loss.
    ...(SEQUENCES < 200 ? [] : ['staging_mismatch', 'held']),
  ];
  expect(all.filter((what) => !met.has(what))).toEqual([]);
});
