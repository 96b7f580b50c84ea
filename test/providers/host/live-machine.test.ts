import { afterEach, describe, expect, test } from '@jest/globals';
import { observedItemSchema } from '../../../model/configuration-item.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { createHostClient } from '../../../providers/host/client.ts';
import { machineIdentity } from '../../../providers/host/machine.ts';
import { resourceType as blockStorage } from '../../../providers/host/resources/host-block-storage.ts';
import { resourceType as networkInterface } from '../../../providers/host/resources/host-network-interface.ts';
import { resourceType as processes } from '../../../providers/host/resources/host-process.ts';
import { resourceType as server } from '../../../providers/host/resources/host-server.ts';
import { CLIENT, chosenPort, LISTENER, startChild, stopChild, stopChildren } from './children.ts';

const { signal } = new AbortController();
const identity = await machineIdentity();
const scope = {
  provider: 'host' as const,
  account: identity.machine_id,
  account_name: identity.hostname,
  region: 'global',
};
const connect = (host = {}) =>
  createHostClient({ identity, settings: sourcesSchema.parse({ host }).host });

/** Lists the programs anew: a client reads the machine once. */
async function listed() {
  const page = await processes.listPage(connect(), null, signal);
  return page.records.map((record) => {
    const parsed = processes.record.parse(record);
    return {
      record: parsed,
      id: processes.nativeId(record, scope),
      item: observedItemSchema.parse(processes.toItem(parsed, scope)),
      references: processes.references(parsed, scope),
    };
  });
}

afterEach(stopChildren);

describe('programs of this machine', () => {
  test('a listener and its client are found, and who talks to whom', async () => {
    const port = await chosenPort();
    const listener = await startChild(LISTENER, { TITLE: 'probe-server', PORT: `${port}` });
    await startChild(CLIENT, { TITLE: 'probe-client', PORT: `${port}` });

    const all = await listed();
    const served = all.find(({ item }) => item.name === 'probe-server');
    const client = all.find(({ item }) => item.name === 'probe-client');
    expect(served?.id).toBe(`${scope.account}/process/probe-server/${port}`);
    expect(served?.item).toMatchObject({
      ci_type: 'service',
      attributes: {
        executable: 'node',
        port,
        listening: [`127.0.0.1:${port}`],
        pids: [listener.pid],
        inbound_connection_count: 3,
      },
    });
    const key = `host:${scope.account}/process/probe-server/${port}`;
    expect(client?.item.ci_type).toBe('application');
    expect(client?.references).toEqual([
      { relation: 'hosted_on', key: `host:${scope.account}` },
      {
        relation: 'communicates_with',
        key,
        discriminator: `tcp/${port}`,
        weight: 0.03,
        attributes: { port, protocol: 'tcp', connection_count: 3 },
      },
      { relation: 'depends_on', key },
    ]);
  });

  test('an untitled script is called by interpreter and port', async () => {
    const port = await chosenPort();
    await startChild(LISTENER, { PORT: `${port}` });
    const names = (await listed()).map(({ item }) => item.name);
    expect(names).toContain(`node:${port}`);
  });

  test('a restart changes neither identity nor what is versioned, whatever random ports', async () => {
    const env = { TITLE: 'probe-restart', PORT: `${await chosenPort()}`, EXTRA: 'yes' };
    const versioned = async () => {
      const found = (await listed()).filter(({ item }) => item.name === 'probe-restart');
      expect(found).toHaveLength(1);
      const attributes = Object.entries(found[0]?.item.attributes ?? {});
      return {
        id: found[0]?.id,
        attributes: attributes.filter(
          ([name]) => !processes.volatile.includes(`attributes.${name}`),
        ),
      };
    };
    const first = await startChild(LISTENER, env);
    const before = await versioned();
    await stopChild(first);
    await startChild(LISTENER, env);
    expect(await versioned()).toEqual(before);
  });

  test('one more listener adds exactly one item', async () => {
    const before = new Set((await listed()).map(({ id }) => id));
    const port = await chosenPort();
    await startChild(LISTENER, { TITLE: 'probe-one-more', PORT: `${port}` });
    const mine = (await listed()).filter(({ record }) => record.port === port);
    expect(mine.filter(({ id }) => !before.has(id))).toHaveLength(1);
  });

  test('no secret of a command line or an environment gets anywhere', async () => {
    const port = await chosenPort();
    const env = { PORT: `${port}`, PASSWORD: 'planted-env-secret' };
    await startChild(LISTENER, env, ['--password=planted-argument-secret', 'planted-word-secret']);
    await startChild(LISTENER, {
      ...env,
      PORT: `${await chosenPort()}`,
      TITLE: 'probe planted-title-secret',
    });
    const page = await processes.listPage(connect(), null, signal);
    const all = await listed();
    expect(all.some(({ record }) => record.port === port)).toBe(true);
    const everything = JSON.stringify([page, all, await connect().server(signal)]);
    expect(everything).not.toContain('planted');
  });
});

describe('the machine itself', () => {
  test('is one server with the hardware and software that it has', async () => {
    const page = await server.listPage(connect({ environment: 'qa' }), null, signal);
    const [record] = page.records.map((raw) => server.record.parse(raw));
    if (!record) throw new Error('no server');
    expect(observedItemSchema.parse(server.toItem(record, scope))).toMatchObject({
      ci_type: 'server',
      external_id: identity.machine_id,
      environment: 'qa',
      environment_source: 'sources:host.environment',
      os_type: process.platform,
      cpu_cores: expect.any(Number),
      memory_gb: expect.any(Number),
      disk_gb: expect.any(Number),
    });
  });

  test('reads the same twice, but for what is declared volatile', async () => {
    for (const type of [blockStorage, networkInterface]) {
      const read = async () => {
        const { records } = await type.listPage(connect(), null, signal);
        return records.map((record) => type.nativeId(record, scope));
      };
      const ids = await read();
      expect(new Set(ids).size).toBe(ids.length);
      expect(await read()).toEqual(ids);
    }
    const servers = [await connect().server(signal), await connect().server(signal)];
    const [first, second] = servers.map(({ running_services: _listeners, ...rest }) => rest);
    expect(second).toEqual(first);
  });

  test('one client reads each part once', async () => {
    const client = connect();
    expect(await client.processes()).toBe(await client.processes());
  });
});
