import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseNetworks } from '../../activities/webhooks/address-guard.ts';
import { newestPlace } from '../../db/postgres/read-changes.ts';
import {
  listDeliveries,
  replayDeliveries,
  retryNow,
} from '../../db/postgres/webhooks/list-deliveries.ts';
import { getWebhook, insertWebhook } from '../../db/postgres/webhooks/subscriptions.ts';
import { createSealer } from '../../db/sealer.ts';
import { newWebhookSecret } from '../../db/webhook-secret.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { MAX_ATTEMPTS, NUDGE_SIGNAL, webhookWorkflowId } from '../../model/webhook.ts';
import { keepWebhooksAwake, wakeWebhooks } from '../../worker/wake-webhooks.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
const sealer = createSealer(null);
const secret = newWebhookSecret();
let retryMs = 100;
let pipeline: Pipeline;
let receiver: Receiver;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha'), {
    webhooks: { networks: parseNetworks(['127.0.0.0/8']), retryMs: () => retryMs },
  });
}, 300_000);

afterAll(() => pipeline.close());

beforeEach(async () => {
  receiver = await startReceiver();
  retryMs = 100;
});

afterEach(async () => {
  await pipeline.db.updateTable('webhooks').set({ state: 'paused' }).execute();
  await receiver[Symbol.asyncDispose]();
});

async function subscribe(): Promise<string> {
  const webhook_id = randomUUID();
  await insertWebhook(pipeline.db, {
    webhook_id,
    url: receiver.url,
    description: null,
    filter: {},
    secret: sealer.seal(secret, webhook_id),
    cursor: await newestPlace(pipeline.db),
    created_by: 'test',
  });
  return webhook_id;
}

async function discover(account: string): Promise<void> {
  source.addRegion(account, 'north', { alpha: { things: things(`${account}-thing`) } });
  await pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [{ accounts: [account] }],
  });
}

const wake = () => wakeWebhooks(pipeline.db, pipeline.client, pipeline.taskQueue);
const workflowOf = (webhook: string) =>
  pipeline.client.workflow.getHandle(webhookWorkflowId(webhook));

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** Until the first attempt is over and noted, so that the next one waits. */
const firstAttemptNoted = (webhook: string) =>
  until(async () => {
    const { deliveries } = await listDeliveries(pipeline.db, webhook, 'pending', 1, null);
    return deliveries[0]?.attempts === 1;
  });

async function letGo(webhook: string): Promise<void> {
  receiver.answer = () => 200;
  await retryNow(pipeline.db, webhook);
}

test('a discovery is heard of, and neither secret nor address stand in a history', async () => {
  const webhook = await subscribe();
  await discover('heard');
  const stop = keepWebhooksAwake(pipeline.db, pipeline.client, pipeline.taskQueue, () => {});
  await until(() => receiver.requests.length > 0);
  stop();
  expect(receiver.requests[0]?.events).toMatchObject([
    { type: 'cmdb.ci.created', data: { ci: { account: 'heard' } } },
  ]);
  await workflowOf(webhook).result();
  const { events } = await workflowOf(webhook).fetchHistory();
  const text = JSON.stringify(events, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  expect(text).toContain(webhook);
  for (const kept of [secret, receiver.url, '127.0.0.1', 'heard-thing']) {
    expect(text).not.toContain(kept);
  }
});

test('what fails is tried again by its workflow until it goes well', async () => {
  const webhook = await subscribe();
  let failures = 3;
  receiver.answer = () => (failures-- > 0 ? 503 : 200);
  await discover('retried');
  await wake();
  await wake();
  await workflowOf(webhook).result();
  expect(receiver.requests).toHaveLength(4);
  expect(await getWebhook(pipeline.db, webhook)).toMatchObject({ pending: 0, dead: 0 });
});

test('a dead delivery is made again when somebody replays it', async () => {
  const webhook = await subscribe();
  receiver.answer = () => 500;
  retryMs = 1;
  await discover('dead');
  await wake();
  await workflowOf(webhook).result();
  expect(receiver.requests).toHaveLength(MAX_ATTEMPTS);
  expect(await getWebhook(pipeline.db, webhook)).toMatchObject({ dead: 1 });
  receiver.answer = () => 200;
  await replayDeliveries(pipeline.db, webhook, null);
  await wake();
  await workflowOf(webhook).result();
  expect(receiver.requests).toHaveLength(MAX_ATTEMPTS + 1);
});

test('a delivery that waits for an hour is made at once when it is told to', async () => {
  const webhook = await subscribe();
  retryMs = 3_600_000;
  receiver.answer = () => 500;
  await discover('nudged');
  await wake();
  await firstAttemptNoted(webhook);
  await letGo(webhook);
  await workflowOf(webhook).signal(NUDGE_SIGNAL);
  await workflowOf(webhook).result();
  expect(receiver.requests).toHaveLength(2);
});

test('a workflow that somebody ended is started again, and goes on where it stood', async () => {
  const webhook = await subscribe();
  retryMs = 3_600_000;
  receiver.answer = () => 500;
  await discover('ended');
  await wake();
  await firstAttemptNoted(webhook);
  await workflowOf(webhook).terminate();
  await wake();
  expect((await workflowOf(webhook).describe()).status.name).toBe('TERMINATED');
  await letGo(webhook);
  await wake();
  await workflowOf(webhook).result();
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});
