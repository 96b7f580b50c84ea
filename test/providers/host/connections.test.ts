import { describe, expect, test } from '@jest/globals';
import { sourcesSchema } from '../../../model/sources.ts';
import type { OwnAddresses } from '../../../providers/host/listeners.ts';
import { listProcesses } from '../../../providers/host/process-listing.ts';
import { resourceType } from '../../../providers/host/resources/host-process.ts';
import type { TcpSocket } from '../../../providers/host/snapshot.ts';
import { connects, connectsWithin, listens, OWN, osProcess, snapshotOf } from './snapshots.ts';

const SCOPE = { provider: 'host' as const, account: 'm1', account_name: 'h', region: 'global' };
const API = osProcess({ pid: 10, executable: 'node', title: 'api' });
const DATABASE = osProcess({ pid: 20, executable: 'postgres' });
const CACHE = osProcess({ pid: 30, executable: 'redis-server' });

function list(sockets: TcpSocket[], own: OwnAddresses = OWN, hasHiddenOwners = false) {
  const snapshot = snapshotOf([API, DATABASE, CACHE], sockets, hasHiddenOwners);
  const { host } = sourcesSchema.parse({});
  const { records, incomplete_reason } = listProcesses(snapshot, own, 'h', host);
  const find = (name: string) => records.find((record) => record.native_part.startsWith(name));
  const references = (name: string) => {
    const record = find(name);
    const made = record ? resourceType.references(record, SCOPE) : [];
    return made.filter(({ relation }) => relation !== 'hosted_on');
  };
  const keys = (name: string) => {
    const record = find(name);
    return record ? resourceType.keys(record, SCOPE) : [];
  };
  return { records, incomplete_reason, find, references, keys };
}

describe('connections within the machine', () => {
  test('a client depends on a database and uses a cache; the listener refers to nobody', () => {
    const { references, find } = list([
      listens(20, '127.0.0.1', 5432),
      listens(30, '::', 6379),
      ...connectsWithin(10, 20, '127.0.0.1', 5432),
      ...connectsWithin(10, 20, '127.0.0.1', 5432),
      ...connectsWithin(10, 30, '::1', 6379),
    ]);
    expect(references('api')).toEqual([
      {
        relation: 'communicates_with',
        key: 'host:m1/process/postgresql/5432',
        discriminator: 'tcp/5432',
        weight: 0.02,
        attributes: { port: 5432, protocol: 'tcp', connection_count: 2 },
      },
      {
        relation: 'communicates_with',
        key: 'host:m1/process/redis/6379',
        discriminator: 'tcp/6379',
        weight: 0.01,
        attributes: { port: 6379, protocol: 'tcp', connection_count: 1 },
      },
      { relation: 'depends_on', key: 'host:m1/process/postgresql/5432' },
      { relation: 'uses', key: 'host:m1/process/redis/6379' },
    ]);
    expect(references('postgresql')).toEqual([]);
    expect(find('postgresql')?.inbound_connection_count).toBe(2);
    expect(find('api')?.ci_type).toBe('application');
  });

  test('connections to several addresses of one listener are one reference', () => {
    const { references } = list([
      listens(20, '::', 5432),
      ...connectsWithin(10, 20, '127.0.0.1', 5432),
      ...connectsWithin(10, 20, '10.0.0.5', 5432),
    ]);
    const communication = references('api').filter((r) => r.relation === 'communicates_with');
    expect(communication).toHaveLength(1);
    expect(communication[0]?.weight).toBe(0.02);
  });

  test('a connection of an item to itself makes no reference', () => {
    const { references } = list([
      listens(20, '127.0.0.1', 5432),
      ...connectsWithin(20, 20, '127.0.0.1', 5432),
    ]);
    expect(references('postgresql')).toEqual([]);
  });
});

describe('connections to elsewhere', () => {
  const sockets = [
    connects(10, ['10.0.0.5', 41_000], ['10.0.0.9', 5432]),
    connects(10, ['10.0.0.5', 41_001], ['8.8.8.8', 443]),
    connects(10, ['10.0.0.5', 41_002], ['169.254.169.254', 80]),
  ];

  test('a public address has one name everywhere, a private one none without its network', () => {
    const { references, find } = list(sockets);
    expect(references('api').map(({ key }) => key)).toEqual(['tcp:public/8.8.8.8:443']);
    expect(find('api')?.network_connections).toEqual([
      { remote_ip: '10.0.0.9', port: 5432, protocol: 'tcp', connection_count: 1 },
      { remote_ip: '169.254.169.254', port: 80, protocol: 'tcp', connection_count: 1 },
      { remote_ip: '8.8.8.8', port: 443, protocol: 'tcp', connection_count: 1 },
    ]);
  });

  test('with the network named, both ends call a socket the same', () => {
    const { references } = list(sockets, { ...OWN, network: 'lan' });
    expect(references('api').map(({ key }) => key)).toEqual([
      'tcp:lan/10.0.0.9:5432',
      'tcp:public/8.8.8.8:443',
    ]);
    const other = { ...OWN, machine_id: 'm1', network: 'lan', addresses: ['10.0.0.9'] };
    const { keys } = list([listens(20, '0.0.0.0', 5432)], {
      ...other,
      reachable_addresses: ['10.0.0.9'],
    });
    expect(keys('postgresql')).toContain('tcp:lan/10.0.0.9:5432');
  });
});

describe('keys', () => {
  test("a wildcard stands for each address of its family, and not for a bridge's elsewhere", () => {
    const { keys } = list([listens(20, '0.0.0.0', 5432)], { ...OWN, network: 'lan' });
    expect(keys('postgresql')).toEqual([
      'host:m1/process/postgresql/5432',
      'tcp:lan/10.0.0.5:5432',
      'tcp:m1/10.0.0.5:5432',
      'tcp:m1/127.0.0.1:5432',
      'tcp:m1/172.17.0.1:5432',
    ]);
  });

  test('the exact address goes before a wildcard, so that no key has two owners', () => {
    const { records } = list([listens(10, '::', 80), listens(30, '127.0.0.1', 80)]);
    const keys = records.flatMap((record) => resourceType.keys(record, SCOPE));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('tcp:m1/127.0.0.1:80');
  });
});

describe('what may not be seen', () => {
  const unseen = connects([], ['10.0.0.5', 41_000], ['8.8.8.8', 443]);

  test('an unseen client makes the listing incomplete', () => {
    expect(list([unseen], OWN, true).incomplete_reason).toMatch(/^1 connections/);
  });

  test('an unseen server does not: it is listed by its port', () => {
    const accepted = connects([], ['10.0.0.5', 22], ['10.0.0.9', 50_000]);
    const { incomplete_reason, find } = list([listens([], '::', 22), accepted], OWN, true);
    expect(incomplete_reason).toBeNull();
    expect(find('sshd')).toMatchObject({ owner_visible: false, name: 'sshd:22' });
  });

  test("nor do the kernel's own connections where every process may be seen", () => {
    expect(list([unseen]).incomplete_reason).toBeNull();
  });
});
