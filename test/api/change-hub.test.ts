import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KyselyPlugin } from 'kysely';
import { type ChangeHub, createChangeHub } from '../../api/changes/change-hub.ts';
import { streamChanges } from '../../api/changes/stream-changes.ts';
import { createRouter } from '../../api/http/router.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { newestPlace } from '../../db/postgres/read-changes.ts';
import { listenTo } from '../support/event-stream.ts';
import { createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { discoverThings } from '../support/things.ts';
import { silent } from './test-api.ts';

let database: TestDatabase;
let db: Db;
let statements = 0;

/** Counts what is asked of the store. */
const counting: KyselyPlugin = {
  transformQuery: ({ node }) => {
    statements += 1;
    return node;
  },
  transformResult: async ({ result }) => result,
};

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'hub test', pool_size: 3 });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function listenersOf(hub: ChangeHub, count: number) {
  const app = createRouter();
  const place = await newestPlace(db);
  app.get('/', (c) => streamChanges(c, { log: silent }, hub, {}, place));
  const responses = await Promise.all(Array.from({ length: count }, () => app.request('/')));
  return responses.map(listenTo);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !isSo(); attempt++) await sleep(10);
  expect(isSo()).toBe(true);
}

test('many listeners cost one look at the store, and hold none of its connections', async () => {
  const hub = createChangeHub({ db: db.withPlugin(counting), log: silent, poll_ms: 50 });
  const listeners = await listenersOf(hub, 40);
  await until(() => hub.waiting === 40);
  statements = 0;
  await sleep(500);
  const looks = statements;
  expect(looks).toBeGreaterThan(2);
  expect(looks).toBeLessThan(12);

  const next = Promise.all(listeners.map((listener) => listener.next()));
  statements = 0;
  // Three connections are all there are; a discovery needs one.
  await discoverThings(db, [{ id: 'a' }]);
  const heard = await next;
  expect(new Set(heard.map(({ data }) => data)).size).toBe(1);
  expect(statements).toBeLessThan(40);
  await Promise.all(listeners.map((listener) => listener.leave()));
});

test('a listener that goes away is waited for no longer, and nobody looks for nobody', async () => {
  const hub = createChangeHub({ db: db.withPlugin(counting), log: silent, poll_ms: 20 });
  const [listener] = await listenersOf(hub, 1);
  await until(() => hub.waiting === 1);
  await listener?.leave();
  await until(() => hub.waiting === 0);
  await sleep(100);
  statements = 0;
  await sleep(200);
  expect(statements).toBe(0);
});

test('a heartbeat moves the place, and is no event', async () => {
  const hub = createChangeHub({ db, log: silent, poll_ms: 20, heartbeat_ms: 50 });
  const [listener] = await listenersOf(hub, 1);
  if (!listener) throw new Error('nobody listens');
  await until(() => listener.lastId !== undefined);
  const first = listener.lastId;
  await until(() => listener.text.includes(': still here'));
  expect(listener.lastId).toBe(first);
  // A volatile field alone makes a commit without an event.
  await discoverThings(db, [{ id: 'a', load: 7 }]);
  await until(() => listener.lastId !== first);
  expect(listener.text).not.toContain('data:');
  await listener.leave();
});

test('a burst that is too large to share reaches every listener in full', async () => {
  const hub = createChangeHub({ db, log: silent, poll_ms: 20 });
  const listeners = await listenersOf(hub, 3);
  const things = Array.from({ length: 700 }, (_, n) => ({ id: `burst-${n}` }));
  await discoverThings(db, things, { account: 'burst' });
  for (const listener of listeners) {
    const names = new Set<string>();
    while (names.size < things.length) {
      names.add(JSON.parse((await listener.next()).data).ci.name);
    }
    await listener.leave();
  }
});

test('while the store is away listeners wait, and hear what they missed', async () => {
  let isAway = false;
  const failing: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (isAway) throw new Error('away');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const hub = createChangeHub({ db: db.withPlugin(failing), log: silent, poll_ms: 20 });
  const [listener] = await listenersOf(hub, 1);
  await until(() => hub.waiting === 1);
  isAway = true;
  await discoverThings(db, [{ id: 'missed' }], { account: 'away' });
  await sleep(100);
  isAway = false;
  expect(JSON.parse((await listener?.next())?.data ?? '').ci.name).toBe('missed');
  await listener?.leave();
});
