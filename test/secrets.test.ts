import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { OPEN } from '../api/access/policy.ts';
import { type Cache, createCache } from '../db/cache/cache.ts';
import { createLog } from '../db/log.ts';
import { listRunSlices } from '../db/postgres/get-run.ts';
import { createSealer } from '../db/sealer.ts';
import { DISCOVERY_WORKFLOW } from '../model/discovery-workflow.ts';
import type { ProviderName } from '../model/enums.ts';
import type { PlannedScope } from '../model/provider.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import { GLOBAL_REGION } from '../model/scope.ts';
import { machineIdentity } from '../providers/host/machine.ts';
import { loadRegistry, type Registry } from '../providers/registry.ts';
import type { DiscoveryResult } from '../workflows/discover-infrastructure.ts';
import { type Ask, askerOf } from './api/test-api.ts';
import { fixtureOf } from './providers/fixture-files.ts';
import { RECORDS as HOST_RECORDS } from './providers/host/estate.ts';
import { SCOPE as CLUSTER } from './providers/kubernetes/replay.ts';
import {
  holdsSecret,
  PLANTED,
  secretsIn,
  secretsInGraph,
  secretsInHistories,
  secretsInPostgres,
} from './support/no-secrets.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { emptyRedis, testTemporal } from './support/stores.ts';

/** One type of each provider whose listing fails with an error that repeats what it was sent. */
const FAILING = [
  'aws_sqs_queue',
  'azure_disk',
  'gcp_compute_disk',
  'kubernetes_job',
  'host_block_storage',
];
const ACCOUNTS: Record<string, string> = {
  aws: '111111111111',
  azure: '00000000-0000-4000-8000-000000000001',
  gcp: 'shop-prod',
  kubernetes: CLUSTER.account,
  declared: 'planted',
};
/** What people may write where it does not belong. */
const DECLARED = {
  declared_id: 'orders',
  ci_type: 'application',
  name: 'orders',
  tags: { tier: 'gold' },
  attributes: { runbook: `https://ops:${PLANTED}@wiki.example/orders`, note: `token: ${PLANTED}` },
};

let pipeline: Pipeline;
let cache: Cache | null = null;
let redisUrl: string | undefined;
let ask: Ask;
let close: () => Promise<void>;
let log = '';
let result: DiscoveryResult;
/** How many of the records that were listed hold a secret, by provider. */
const planted = new Map<string, number>();

beforeAll(async () => {
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk;
      done();
    },
  });
  const logger = createLog('secrets test', 'trace', { destination: sink });
  pipeline = await startPipeline(await plantedRegistry(), { logger });
  redisUrl = await emptyRedis();
  cache = redisUrl ? createCache(redisUrl, () => {}) : null;
  const temporal = testTemporal();
  ask = askerOf({
    db: pipeline.db,
    graph: pipeline.graph,
    cache,
    temporal,
    log: logger,
    sealer: createSealer(null),
    task_queue: pipeline.taskQueue,
    access: OPEN,
    limiter: null,
    cors_origins: [],
    audit_retention_days: 1,
    check_answers: true,
  });
  close = () => temporal.close();
  const workflowId = `secrets-${randomUUID()}`;
  const run = { taskQueue: pipeline.taskQueue, workflowId, args: [{}] };
  result = await pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, run);
}, 300_000);

afterAll(async () => {
  await cache?.close();
  await close?.();
  await pipeline?.close();
});

/** The real providers and resource types; what they list are their fixtures, with more planted. */
async function plantedRegistry(): Promise<Registry> {
  const registry = new Map(await loadRegistry());
  const { machine_id } = await machineIdentity();
  for (const [name, { provider, resourceTypes }] of registry) {
    const account = ACCOUNTS[name] ?? machine_id;
    const scope = { provider: name, account, account_name: null, task_queue: null };
    const scopes: PlannedScope[] = [
      { ...scope, region: GLOBAL_REGION, level: 'account' },
      { ...scope, region: 'us-west-2', level: 'region' },
    ];
    const types = [...resourceTypes.values()].map(
      async (type): Promise<[string, AnyResourceType]> => {
        const records = (await recordsOf(name, type)).map(plant);
        const secret = records.filter((record) => holdsSecret(JSON.stringify(record) ?? ''));
        planted.set(name, (planted.get(name) ?? 0) + secret.length);
        return [type.name, { ...type, listPage: async () => list(type.name, records) }];
      },
    );
    registry.set(name, {
      provider: {
        ...provider,
        planScopes: async () => ({ scopes, problems: [problemOf(name)] }),
        connect: async () => ({}),
        disconnect: async () => {},
      },
      resourceTypes: new Map(await Promise.all(types)),
    });
  }
  return registry;
}

async function recordsOf(provider: ProviderName, type: AnyResourceType): Promise<unknown[]> {
  const file = `${type.name.replaceAll('_', '-')}.ts`;
  const { records = [] } = await fixtureOf(provider, file);
  const declared = type.name === 'declared_item' ? [DECLARED] : [];
  return [...records, ...declared, ...(HOST_RECORDS[type.name] ?? [])];
}

function problemOf(provider: ProviderName) {
  const message = `https://sts.example/?X-Amz-Signature=${PLANTED} refused`;
  return { code: 'planted', message, provider, account: null };
}

function list(type: string, records: unknown[]) {
  if (!FAILING.includes(type)) return { records, next_page_token: null };
  const message = `refused: postgres://app:${PLANTED}@db, Authorization: Bearer ${PLANTED}${PLANTED}`;
  const headers = { authorization: `Bearer ${PLANTED}${PLANTED}` };
  throw Object.assign(new Error(message, { cause: new Error(`password=${PLANTED}`) }), {
    config: { headers },
    response: { request: { headers }, data: `{"client_secret":"${PLANTED}"}` },
  });
}

const TAG_FIELDS = /^(Tags|TagList|TagSet|tags|labels|Labels|userLabels|resourceLabels)$/;
const SECRET_TAGS = { db_password: PLANTED, dsn: `postgres://app:${PLANTED}@db/orders` };

/** Adds secrets to every set of tags or labels, in the form that it has. */
function plant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plant);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    TAG_FIELDS.test(key) ? withSecretTags(inner) : plant(inner),
  ]);
  return Object.fromEntries(entries);
}

function withSecretTags(tags: unknown): unknown {
  if (Array.isArray(tags)) {
    const isLower = tags.some((tag) => typeof tag === 'object' && tag !== null && 'key' in tag);
    if (tags.some((tag) => typeof tag !== 'object')) return tags;
    const more = Object.entries(SECRET_TAGS).map(([key, value]) =>
      isLower ? { key, value } : { Key: key, Value: value },
    );
    return [...tags, ...more];
  }
  const isMap = typeof tags === 'object' && tags !== null;
  return isMap ? { ...tags, ...SECRET_TAGS } : tags;
}

test('secrets were planted at every provider, and what holds them was listed', async () => {
  expect(Object.fromEntries(planted)).toEqual({
    aws: expect.any(Number),
    azure: expect.any(Number),
    declared: expect.any(Number),
    gcp: expect.any(Number),
    host: expect.any(Number),
    kubernetes: expect.any(Number),
  });
  for (const count of planted.values()) expect(count).toBeGreaterThan(0);
  expect(result.status).toBe('completed_with_errors');
  const slices = await listRunSlices(pipeline.db, result.run_id, 10_000);
  const failed = slices.filter(({ state }) => state !== 'complete');
  expect(failed.map(({ resource_type }) => resource_type).sort()).toEqual(FAILING.toSorted());
  for (const { error_message } of failed) expect(error_message).toContain('[redacted]');
  expect(slices.reduce((sum, { items }) => sum + items, 0)).toBeGreaterThan(150);
});

test('no store holds one', async () => {
  expect(await secretsInPostgres(pipeline.db)).toEqual([]);
  expect(await secretsInGraph(pipeline.graph)).toEqual([]);
});

test('no workflow history holds one', async () => {
  // The index of workflows follows a little later: the parent, and a child per account.
  let read = await secretsInHistories(pipeline.client, pipeline.taskQueue);
  for (let tries = 0; read.histories < 7 && tries < 50; tries++) {
    await sleep(200);
    read = await secretsInHistories(pipeline.client, pipeline.taskQueue);
  }
  expect(read).toEqual({ histories: 7, found: [] });
});

test('no answer holds one, nor what the cache keeps of answers', async () => {
  const answers: string[] = [];
  const asked = async (path: string) => {
    const { status, body } = await ask(`/api/v3/cmdb${path}`);
    expect([path, status]).toEqual([path, 200]);
    answers.push(JSON.stringify(body));
    return body;
  };
  const items: Array<{ ci_id: string; tags: Record<string, string> }> = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: typeof items; next_cursor: string | null } = await asked(
      `/cis?limit=1000${cursor && `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  // The tags are there: only what they hold is not.
  expect(items.filter(({ tags }) => tags.db_password === '[redacted]').length).toBeGreaterThan(30);
  for (const { ci_id } of items) await asked(`/ci/${ci_id}`);
  for (const path of [
    '/stats',
    '/coverage?limit=1000',
    '/discoveries',
    `/discoveries/${result.run_id}`,
  ]) {
    await asked(path);
  }
  expect(secretsIn(answers)).toEqual([]);

  if (!redisUrl) return;
  const redis = new Redis(redisUrl);
  try {
    const keys = await redis.keys('*');
    expect(keys.length).toBeGreaterThan(30);
    const kept = await Promise.all(keys.map((key) => redis.get(key)));
    expect(secretsIn(kept.map((document) => document ?? ''))).toEqual([]);
  } finally {
    redis.disconnect();
  }
});

test('no line of the log holds one', () => {
  expect(log.split('\n').length).toBeGreaterThan(20);
  expect(secretsIn(log.split('\n'))).toEqual([]);
});
