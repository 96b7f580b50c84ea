import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { toAzureFault } from '../../../providers/azure/errors.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import {
  type AzureEstate,
  connect,
  listAll,
  NOT_CANCELLED,
  startAzureEstate,
} from './azure-estate.ts';

const types = (await loadRegistry()).get('azure')?.resourceTypes;
const disk = typeNamed('azure_disk');
const cache = typeNamed('azure_redis_cache');
const database = typeNamed('azure_sql_database');
const machine = typeNamed('azure_virtual_machine');

/** One type of each generation of the SDK: they page, retry and fail by different code. */
const GENERATIONS = [
  ['newer', disk, 'Microsoft.Compute/disks/read'],
  ['older', cache, 'Microsoft.Cache/redis/read'],
] as const;

let estate: AzureEstate;
beforeAll(async () => {
  estate = await startAzureEstate();
});
beforeEach(async () => {
  await estate.setFaults({});
  await estate.resetStatistics();
});
afterAll(() => estate?.close());

async function faultOf(type: AnyResourceType) {
  const error = await listAll(type).catch((thrown: unknown) => thrown);
  return toAzureFault(error, type.permissions);
}

function typeNamed(name: string): AnyResourceType {
  const type = types?.get(name);
  if (!type) throw new Error(`${name} is not registered`);
  return type;
}

async function callsOf(operation: string): Promise<number> {
  return (await estate.statistics()).operations[operation] ?? 0;
}

describe.each(GENERATIONS)('in the %s generation of the SDK', (_generation, type, operation) => {
  test('throttling is told at once with the time to wait, and not waited out in the worker', async () => {
    const azure = await connectWithToken();
    await estate.setFaults({ throttle_every: 1, retry_after_s: 30 });
    const started = Date.now();
    const error = await listAll(type, { azure }).catch((thrown: unknown) => thrown);
    expect(toAzureFault(error, type.permissions)).toMatchObject({
      kind: 'throttled',
      code: 'TooManyRequests',
      message: 'The request is being throttled.',
      retry_after_ms: 30_000,
    });
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(await callsOf(operation)).toBe(1);
  });

  test('a refusal names the action in the words of the service, and is not tried again', async () => {
    await estate.setFaults({ denied: [{ operation }] });
    expect(await faultOf(type)).toMatchObject({
      kind: 'denied',
      code: 'AuthorizationFailed',
      missing_permission: operation,
    });
    expect(await callsOf(operation)).toBe(1);
  });

  test('a refusal of a later page does so, too: there the SDK drops the words', async () => {
    const first = await type.listPage(await connect(), null, NOT_CANCELLED);
    await estate.setFaults({ denied: [{ operation }] });
    const error = await type
      .listPage(await connect(), first.next_page_token, NOT_CANCELLED)
      .catch((thrown: unknown) => thrown);
    expect(toAzureFault(error, [])).toMatchObject({
      kind: 'denied',
      missing_permission: operation,
    });
  });

  test('a server that fails in mid-list is a passing fault, told after three tries', async () => {
    await estate.setFaults({ failed_in_mid_list: [{ operation }] });
    const first = await type.listPage(await connect(), null, NOT_CANCELLED);
    expect(first.records.length).toBe(2);
    await estate.resetStatistics();
    const error = await type
      .listPage(await connect(), first.next_page_token, NOT_CANCELLED)
      .catch((thrown: unknown) => thrown);
    expect(toAzureFault(error, [])).toMatchObject({
      kind: 'transient',
      code: 'InternalServerError',
      missing_permission: null,
    });
    expect(await callsOf(operation)).toBe(3);
  });

  test('a cancelled listing calls nobody, on later pages neither', async () => {
    const azure = await connect();
    const first = await type.listPage(azure, null, NOT_CANCELLED);
    await estate.resetStatistics();
    for (const token of [null, first.next_page_token]) {
      await expect(type.listPage(azure, token, AbortSignal.abort())).rejects.toMatchObject({
        name: 'AbortError',
      });
    }
    expect(await callsOf(operation)).toBe(0);
  });

  test('a call that hangs ends with the signal', async () => {
    const azure = await connect();
    const first = await type.listPage(azure, null, NOT_CANCELLED);
    await estate.setFaults({ latency_ms: 5_000 });
    const started = Date.now();
    const listing = type.listPage(azure, first.next_page_token, AbortSignal.timeout(200));
    await expect(listing).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});

/** A client that has its token already, which comes from the same server. */
async function connectWithToken() {
  const azure = await connect();
  await cache.listPage(azure, null, NOT_CANCELLED);
  await disk.listPage(azure, null, NOT_CANCELLED);
  await estate.resetStatistics();
  return azure;
}

test('a hiccup at every third call loses nothing', async () => {
  const { listed } = await listAll(database);
  await estate.setFaults({ fail_every: 3 });
  const again = await listAll(database);
  expect(again.listed.map(({ native_id }) => native_id)).toEqual(
    listed.map(({ native_id }) => native_id),
  );
  expect((await estate.statistics()).failed).toBeGreaterThan(0);
});

test('a body that comes slowly is waited for', async () => {
  await estate.setFaults({ slow_body_ms: 50 });
  expect((await listAll(disk)).listed.length).toBe(3);
});

test('a page token holds no secret', async () => {
  for (const type of [disk, cache, database]) {
    const { tokens } = await listAll(type);
    for (const token of tokens) {
      expect(token).toMatch(/skiptoken|after/);
      expect(token.toLowerCase()).not.toMatch(/bearer|authorization|sig=/);
    }
  }
});

test('parts are listed under every owner, and go on after the owner whose parts came last', async () => {
  const { listed } = await listAll(database);
  const token = JSON.stringify({ page: null, after: listed[0]?.references[0]?.key });
  const { listed: rest } = await listAll(database, { from: token });
  expect(rest.length).toBe(listed.length - 4);
});

test('a machine whose details may not be read is listed with what was refused', async () => {
  const refused = ['Microsoft.Compute/skus/read', 'Microsoft.Network/networkInterfaces/read'];
  await estate.setFaults({ denied: refused.map((operation) => ({ operation })) });
  const { listed } = await listAll(machine);
  expect(listed.length).toBe(3);
  for (const { item, keys } of listed) {
    expect(item).toMatchObject({ cpu_cores: null, attributes: { denied_reads: refused } });
    // None of them is an address.
    expect(keys.filter((key) => !/^(\/subscriptions|azure:vm-id)\//.test(key))).toEqual([]);
  }
});

test('the power of all machines costs one list, not a call for each', async () => {
  await listAll(machine);
  // Three machines on two pages, listed for their model and for their power.
  expect(await callsOf('Microsoft.Compute/virtualMachines/read')).toBe(4);
});
