import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { parseNetworks } from '../../../activities/webhooks/address-guard.ts';
import { toCloudEvent } from '../../../activities/webhooks/cloud-events.ts';
import {
  createDeliverWebhook,
  type DeliveredUpTo,
} from '../../../activities/webhooks/deliver-webhook.ts';
import { defaultWebhookSettings } from '../../../activities/webhooks/settings.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { newestPlace, readChanges } from '../../../db/postgres/read-changes.ts';
import { dueWebhooks } from '../../../db/postgres/webhooks/due-webhooks.ts';
import { listDeliveries, replayDeliveries } from '../../../db/postgres/webhooks/list-deliveries.ts';
import { nextDelivery } from '../../../db/postgres/webhooks/next-delivery.ts';
import {
  getWebhook,
  insertWebhook,
  replaceSecret,
  updateWebhook,
} from '../../../db/postgres/webhooks/subscriptions.ts';
import { createSealer } from '../../../db/sealer.ts';
import { newWebhookSecret } from '../../../db/webhook-secret.ts';
import { MAX_ATTEMPTS, type WebhookFilter } from '../../../model/webhook.ts';
import { isSignedWith, type Receiver, startReceiver } from '../../support/receiver.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings } from '../../support/things.ts';

const sealer = createSealer(randomBytes(32));
const secret = newWebhookSecret();
const log: string[] = [];

let database: TestDatabase;
let db: Db;
let receiver: Receiver;
let deps: Pick<ActivityDeps, 'db' | 'logger' | 'webhooks'>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'webhooks test' });
  await migrateToLatest(db);
  const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
  const networks = parseNetworks(['127.0.0.0/8']);
  const webhooks = { ...defaultWebhookSettings(), sealer, networks, retryMs: () => 0 };
  deps = { db, logger, webhooks };
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
});

const deliver = (
  webhook_id: string,
  changes: Partial<ActivityDeps['webhooks']> = {},
): Promise<DeliveredUpTo> =>
  new MockActivityEnvironment().run(
    createDeliverWebhook({ ...deps, webhooks: { ...deps.webhooks, ...changes } }),
    { webhook_id },
  );

/** Subscribes the receiver to what comes. */
async function subscribe(filter: WebhookFilter = {}): Promise<string> {
  const webhook_id = randomUUID();
  await insertWebhook(db, {
    webhook_id,
    url: receiver.url,
    description: null,
    filter,
    secret: sealer.seal(secret, webhook_id),
    cursor: await newestPlace(db),
    created_by: 'test',
  });
  return webhook_id;
}

const discover = (account: string, ...things: Array<[id: string, size: number]>) =>
  discoverThings(
    db,
    things.map(([id, size]) => ({ id, size })),
    { account, maxLossPercent: 100 },
  );

const typesAndNames = () =>
  receiver.requests.flatMap(({ events }) =>
    events.map(({ type, data }) => `${type} ${(data as { ci: { name: string } }).ci.name}`),
  );

test('what happens is delivered as a signed batch of CloudEvents', async () => {
  const webhook = await subscribe();
  expect(await deliver(webhook)).toEqual({ is_done: true, wait_ms: 0 });
  expect(receiver.requests).toEqual([]);
  await discover('first', ['a', 1]);
  expect(await dueWebhooks(db)).toContain(webhook);
  await deliver(webhook);
  expect(await dueWebhooks(db)).not.toContain(webhook);

  const [request] = receiver.requests;
  if (!request) throw new Error('nothing was received');
  expect(isSignedWith(secret, request)).toBe(true);
  expect(request.headers['content-type']).toContain('application/cloudevents-batch+json');
  const [event] = request.events;
  expect(event).toMatchObject({
    specversion: '1.0',
    type: 'cmdb.ci.created',
    source: '/api/v3/cmdb/changes',
    datacontenttype: 'application/json',
    data: { type: 'ci.created', ci: { name: 'a', account: 'first' } },
  });
  expect(event?.data).toMatchObject({ ci: { ci_id: event?.subject } });
  const { deliveries } = await listDeliveries(db, webhook, undefined, 10, null);
  expect(deliveries).toMatchObject([
    {
      delivery_id: request.headers['webhook-id'],
      state: 'delivered',
      attempts: 1,
      last_status: 204,
    },
  ]);
});

test('a filter leaves out what is not of interest', async () => {
  const webhook = await subscribe({ types: ['ci.updated'], account: 'wanted' });
  await discover('unwanted', ['a', 1]);
  await discover('wanted', ['b', 1]);
  await discover('unwanted', ['a', 2]);
  await discover('wanted', ['b', 2]);
  await deliver(webhook);
  expect(typesAndNames()).toEqual(['cmdb.ci.updated b']);
});

test('many events come in requests of a bounded size, in order', async () => {
  const webhook = await subscribe({ types: ['ci.created'] });
  const things = Array.from({ length: 250 }, (_, i): [string, number] => [`m${i}`, i]);
  await discover('many', ...things);
  await deliver(webhook);
  expect(receiver.requests.map(({ events }) => events.length)).toEqual([100, 100, 50]);
  const ids = receiver.requests.flatMap(({ events }) => events.map(({ subject }) => subject));
  expect(ids).toEqual([...new Set(ids)].sort());
});

test('what fails is tried again under the same id, before anything newer', async () => {
  const webhook = await subscribe();
  const statuses = [500, 0, 301, 429];
  receiver.answer = () => statuses.shift() ?? 200;
  await discover('again', ['a', 1]);
  await nextDelivery(db, webhook);
  await discover('again', ['a', 2]);
  await deliver(webhook);
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(6);
  expect(new Set(ids.slice(0, 5)).size).toBe(1);
  expect(new Set(receiver.requests.slice(0, 5).map(({ body }) => body)).size).toBe(1);
  expect(typesAndNames().slice(4)).toEqual(['cmdb.ci.created a', 'cmdb.ci.updated a']);
});

test('an attempt that has to wait is left for later, and nothing overtakes it', async () => {
  const webhook = await subscribe();
  receiver.answer = () => 503;
  await discover('waits', ['a', 1]);
  const result = await deliver(webhook, { retryMs: () => 60_000 });
  expect(result).toMatchObject({ is_done: false });
  expect(result.wait_ms).toBeGreaterThan(55_000);
  await discover('waits', ['a', 2]);
  expect(await dueWebhooks(db)).not.toContain(webhook);
  expect((await deliver(webhook)).is_done).toBe(false);
  expect(receiver.requests).toHaveLength(1);
});

test('a delivery is given up after so many attempts, and can be replayed', async () => {
  const webhook = await subscribe();
  receiver.answer = () => 500;
  await discover('dead', ['a', 1]);
  await deliver(webhook);
  expect(receiver.requests).toHaveLength(MAX_ATTEMPTS);
  const dead = await listDeliveries(db, webhook, 'dead', 10, null);
  expect(dead.deliveries).toMatchObject([{ attempts: MAX_ATTEMPTS, last_status: 500 }]);
  expect(await getWebhook(db, webhook)).toMatchObject({ dead: 1, pending: 0 });

  receiver.answer = () => 200;
  await discover('dead', ['a', 2]);
  await deliver(webhook);
  expect(await replayDeliveries(db, webhook, null)).toBe(1);
  expect(await dueWebhooks(db)).toContain(webhook);
  await deliver(webhook);
  const requests = receiver.requests.slice(MAX_ATTEMPTS);
  expect(typesAndNames().slice(MAX_ATTEMPTS)).toEqual(['cmdb.ci.updated a', 'cmdb.ci.created a']);
  expect(requests[1]?.headers['webhook-id']).toBe(dead.deliveries[0]?.delivery_id);
});

test('a receiver that is gone is told nothing more, until somebody resumes it', async () => {
  const webhook = await subscribe();
  receiver.answer = () => 410;
  await discover('gone', ['a', 1]);
  expect((await deliver(webhook)).is_done).toBe(true);
  expect(await getWebhook(db, webhook)).toMatchObject({ state: 'gone', pending: 1 });
  expect(await dueWebhooks(db)).not.toContain(webhook);
  receiver.answer = () => 200;
  await updateWebhook(db, webhook, { state: 'active' });
  await deliver(webhook);
  expect(typesAndNames()).toEqual(['cmdb.ci.created a', 'cmdb.ci.created a']);
});

test('what happens while a webhook is paused is delivered when it goes on', async () => {
  const webhook = await subscribe();
  await updateWebhook(db, webhook, { state: 'paused' });
  await discover('paused', ['a', 1]);
  await deliver(webhook);
  expect(receiver.requests).toEqual([]);
  await updateWebhook(db, webhook, { state: 'active' });
  await deliver(webhook);
  expect(typesAndNames()).toEqual(['cmdb.ci.created a']);
});

test('a secret that is replaced goes on to sign for a day', async () => {
  const webhook = await subscribe();
  const next = newWebhookSecret();
  await replaceSecret(db, webhook, sealer.seal(next, webhook));
  await discover('rotated', ['a', 1]);
  await deliver(webhook);
  const [request] = receiver.requests;
  if (!request) throw new Error('nothing was received');
  expect([isSignedWith(secret, request), isSignedWith(next, request)]).toEqual([true, true]);
  await sql`update webhooks set previous_until = now() where webhook_id = ${webhook}`.execute(db);
  await discover('rotated', ['a', 2]);
  await deliver(webhook);
  const [, later] = receiver.requests;
  if (!later) throw new Error('nothing more was received');
  expect([isSignedWith(secret, later), isSignedWith(next, later)]).toEqual([false, true]);
});

test('without the key that sealed the secret nothing is sent, and the reason is kept', async () => {
  const webhook = await subscribe();
  await discover('sealed', ['a', 1]);
  await deliver(webhook, { sealer: createSealer(null), retryMs: () => 60_000 });
  expect(receiver.requests).toEqual([]);
  const { deliveries } = await listDeliveries(db, webhook, 'pending', 10, null);
  expect(deliveries).toMatchObject([{ last_error: 'unreadable_secret', last_status: null }]);
});

test('an address of our own network is not reached unless it is allowed', async () => {
  const webhook = await subscribe();
  await discover('forbidden', ['a', 1]);
  await deliver(webhook, { networks: [], retryMs: () => 60_000 });
  expect(receiver.requests).toEqual([]);
  const { deliveries } = await listDeliveries(db, webhook, 'pending', 10, null);
  expect(deliveries).toMatchObject([{ last_error: 'forbidden_address' }]);
});

test('a receiver is told when events are not kept any more, and goes on behind the gap', async () => {
  const webhook = await subscribe();
  await discover('pruned', ['a', 1]);
  await nextDelivery(db, webhook);
  const { seq } = await newestPlace(db);
  const { rows } = await sql<{ seq: number; kept_from: Date | null }>`
    update history_bound set seq = ${seq}, kept_from = now() returning seq, kept_from
  `.execute(db);
  expect(rows).toHaveLength(1);
  await discover('pruned', ['a', 2]);
  await deliver(webhook);
  expect(receiver.requests.map(({ events }) => events[0]?.type)).toEqual([
    'cmdb.feed.gap',
    'cmdb.ci.updated',
  ]);
  expect(receiver.requests[0]?.events[0]?.data).toMatchObject({
    reason: 'pruned',
    complete_from: rows[0]?.kept_from?.toISOString(),
  });
});

test('a receiver is told when the inventory was set back', async () => {
  const webhook = await subscribe();
  const ahead = JSON.stringify({ seq: 1_000_000, inside: null });
  await sql`update webhooks set cursor = ${ahead}::jsonb where webhook_id = ${webhook}`.execute(db);
  expect(await dueWebhooks(db)).toContain(webhook);
  await deliver(webhook);
  await discover('restored', ['a', 1]);
  await deliver(webhook);
  expect(receiver.requests.map(({ events }) => events[0]?.type)).toEqual([
    'cmdb.feed.gap',
    'cmdb.ci.created',
  ]);
});

/** What happens between two deliveries, and how the receiver answers, request by request. */
const step = fc.record({
  things: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 })),
  answers: fc.array(fc.constantFrom(200, 200, 200, 500, 0), { maxLength: 4 }),
  /** The process dies after it made a delivery, or after the receiver got it. */
  dies: fc.constantFrom('never', 'never', 'before', 'after'),
});

test('whatever fails and dies in between, nothing is missed, and what repeats has its id', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const account = randomUUID();
      const filter = { account };
      const begin = await newestPlace(db);
      const webhook = await subscribe(filter);
      receiver.requests.length = 0;
      for (const { things, answers, dies } of steps) {
        await discover(account, ...Object.entries(things));
        receiver.answer = () => answers.shift() ?? 200;
        if (dies === 'before') await nextDelivery(db, webhook);
        if (dies === 'after') await receivedAndForgotten(webhook);
        if (dies === 'never') await deliver(webhook);
      }
      receiver.answer = () => 200;
      await deliver(webhook);

      const feed = await readChanges(db, begin, filter, 1_000);
      const expected = feed.entries.map(({ event }) => toCloudEvent(event));
      const received = receiver.requests.flatMap(({ events }) => events);
      const first = [...new Map(received.map((event) => [event.id, event])).values()];
      expect(first).toEqual(expected);
      const bodies = new Map<unknown, string>();
      for (const { headers, body } of receiver.requests) {
        const id = headers['webhook-id'];
        expect(bodies.get(id) ?? body).toBe(body);
        bodies.set(id, body);
      }
    }),
    { numRuns: 30 },
  );
}, 120_000);

/** A request that the receiver got and answered, by a process that died before it could note that. */
async function receivedAndForgotten(webhook: string): Promise<void> {
  const pending = await nextDelivery(db, webhook);
  if (!pending) return;
  await deliver(webhook);
  await sql`
    update webhook_deliveries set state = 'pending', attempts = 0
    where delivery_id = ${pending.delivery.delivery_id}
  `.execute(db);
}

test('no log line holds an address or a secret', () => {
  expect(log.length).toBeGreaterThan(20);
  for (const line of log) expect(line).not.toMatch(/127\.0\.0\.1|whsec_|\/hook/);
});
