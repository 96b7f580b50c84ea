import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { openTick, sealTick } from '../../../db/postgres/clock.ts';
import { createDatabase, type Db, type Trx } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import {
  FutureMomentError,
  PrunedMomentError,
  readAt,
  readAtMoments,
  visibleAt,
} from '../../../db/postgres/moment.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'moment test', pool_size: 12 });
  await migrateToLatest(db);
  await sql`create table marks (tick bigint not null)`.execute(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** A transaction that has marked a row and waits to be told how to end. */
interface OpenTransaction {
  tick: number;
  end(how: 'commit' | 'roll back'): Promise<void>;
}

async function open(): Promise<OpenTransaction> {
  const opened = Promise.withResolvers<number>();
  const told = Promise.withResolvers<'commit' | 'roll back'>();
  const done = db.transaction().execute(async (trx: Trx) => {
    const tick = await openTick(trx);
    await sql`insert into marks (tick) values (${tick})`.execute(trx);
    opened.resolve(tick);
    if ((await told.promise) === 'roll back') throw new RolledBack();
    await sealTick(trx, tick, null);
  });
  const settled = done.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return {
    tick: await opened.promise,
    end: async (how) => {
      told.resolve(how);
      await settled;
    },
  };
}

class RolledBack extends Error {}

async function marksAt(at: Date): Promise<number[]> {
  return readAtMoments(db, [at], async (trx, [moment]) => {
    if (!moment) throw new Error('no moment');
    const { rows } = await sql<{ tick: number }>`
      select tick from marks where ${visibleAt('tick', moment)} order by tick
    `.execute(trx);
    return rows.map(({ tick }) => tick);
  });
}

async function committedAt(tick: number): Promise<Date> {
  const { committed_at } = await db
    .selectFrom('ticks')
    .select('committed_at')
    .where('tick', '=', tick)
    .executeTakeFirstOrThrow();
  return committed_at;
}

const ascending = (a: number, b: number) => a - b;

/** Opens transactions, or ends one of those that are open; at most eight are open at once. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('open' as const) },
  { weight: 3, arbitrary: fc.record({ end: fc.nat(), how: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ end: fc.nat(), how: fc.constant('roll back' as const) }) },
);

test('a time shows the commits up to it, in whatever order they began, now and later', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      await sql`truncate marks, ticks restart identity`.execute(db);
      const running: OpenTransaction[] = [];
      const committed: number[] = [];
      const told: Array<{ at: Date; marks: number[] }> = [{ at: new Date(0), marks: [] }];
      for (const one of steps) {
        if (one === 'open') {
          if (running.length < 8) running.push(await open());
          continue;
        }
        const [ending] = running.splice(one.end % Math.max(1, running.length), 1);
        if (!ending) continue;
        await ending.end(one.how);
        if (one.how === 'roll back') continue;
        const at = await committedAt(ending.tick);
        told.push({ at: new Date(at.getTime() - 1), marks: committed.toSorted(ascending) });
        committed.push(ending.tick);
        told.push({ at, marks: committed.toSorted(ascending) });
        expect(await marksAt(at)).toEqual(committed.toSorted(ascending));
      }
      for (const { end } of running) await end('commit');
      for (const { at, marks } of told) expect(await marksAt(at)).toEqual(marks);
    }),
    { numRuns: 40 },
  );
}, 240_000);

test('what commits while an answer is read does not get into it', async () => {
  await sql`truncate marks, ticks restart identity`.execute(db);
  const [late, early] = [await open(), await open()];
  await early.end('commit');
  const at = await committedAt(early.tick);
  await readAtMoments(db, [at], async (trx, [moment]) => {
    await late.end('commit');
    expect(moment).toMatchObject({ max_tick: early.tick });
    const { rows } = await sql<{ tick: number }>`
      select tick from marks where ${moment ? visibleAt('tick', moment) : sql`false`}
    `.execute(trx);
    expect(rows).toEqual([{ tick: early.tick }]);
  });
  expect(await marksAt(at)).toEqual([early.tick]);
  expect(await marksAt(await committedAt(late.tick))).toEqual([late.tick, early.tick]);
});

test('a commit that has its time but is not through yet is waited for', async () => {
  await sql`truncate marks, ticks restart identity`.execute(db);
  const sealed = Promise.withResolvers<Date>();
  const mayCommit = Promise.withResolvers<void>();
  const committing = db.transaction().execute(async (trx) => {
    const tick = await openTick(trx);
    await sql`insert into marks (tick) values (${tick})`.execute(trx);
    await sealTick(trx, tick, null);
    const { committed_at } = await trx
      .selectFrom('ticks')
      .select('committed_at')
      .executeTakeFirstOrThrow();
    sealed.resolve(committed_at);
    await mayCommit.promise;
  });
  const at = await sealed.promise;
  const answer = marksAt(at);
  const isFirst = await Promise.race([answer.then(() => 'answer'), rest(200).then(() => 'rest')]);
  expect(isFirst).toBe('rest');
  mayCommit.resolve();
  await committing;
  expect(await answer).toHaveLength(1);
});

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a time that has not come is refused, and the newest one is told', async () => {
  const later = new Date(Date.now() + 60_000);
  const asked = readAt(db, later, async () => null);
  await expect(asked).rejects.toThrow(FutureMomentError);
  await expect(asked).rejects.toMatchObject({ at: later });
  const { latest } = (await asked.catch((error: unknown) => error)) as FutureMomentError;
  await expect(readAt(db, latest, async () => 'an answer')).resolves.toBe('an answer');
});

test('a time before the bound of the history is refused, and the bound is told', async () => {
  const kept_from = new Date('2026-01-01T00:00:00Z');
  await db.updateTable('history_bound').set({ kept_from }).execute();
  const asked = readAt(db, new Date(kept_from.getTime() - 1), async () => null);
  await expect(asked).rejects.toThrow(PrunedMomentError);
  await expect(asked).rejects.toMatchObject({ earliest: kept_from });
  await expect(readAt(db, kept_from, async () => 'an answer')).resolves.toBe('an answer');
  await db.updateTable('history_bound').set({ kept_from: null }).execute();
});
