import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findEndpoints } from '../../../providers/host/endpoints.ts';
import { portRoles } from '../../../providers/host/port-identity.ts';
import type { ProcessSnapshot } from '../../../providers/host/snapshot.ts';
import { connects, listens, osProcess, snapshotOf } from './snapshots.ts';

const parts = (snapshot: ProcessSnapshot) => findEndpoints(snapshot).map((e) => e.native_part);

describe('grouping', () => {
  test('PostgreSQL and its backends are one item', () => {
    const endpoints = findEndpoints(
      snapshotOf(
        [
          osProcess({ pid: 10, executable: 'postgres' }),
          osProcess({ pid: 11, parent_pid: 10, executable: 'postgres' }),
          osProcess({ pid: 12, parent_pid: 10, executable: 'postgres' }),
        ],
        [
          listens([10, 11, 12], '127.0.0.1', 5432),
          connects(12, ['127.0.0.1', 5432], ['127.0.0.1', 40_000]),
        ],
      ),
    );
    expect(endpoints).toHaveLength(1);
    expect(endpoints[0]).toMatchObject({ native_part: 'postgresql/5432' });
    expect(endpoints[0]?.processes).toHaveLength(3);
  });

  test('two servers of one product are two items, by port', () => {
    const processes = [10, 20].map((pid) => osProcess({ pid, executable: 'postgres' }));
    const sockets = [listens(10, '::', 54_321), listens(20, '::', 54_322)];
    expect(parts(snapshotOf(processes, sockets))).toEqual(['postgresql/54321', 'postgresql/54322']);
  });

  test('titled children of a launcher are items of their own, its workers are not', () => {
    const node = { executable: 'node' };
    const processes = [
      osProcess({ pid: 10, ...node, title: 'cmdb-start' }),
      osProcess({ pid: 11, parent_pid: 10, ...node, title: 'cmdb-api' }),
      osProcess({ pid: 12, parent_pid: 11, ...node, title: 'cmdb-api' }),
    ];
    expect(parts(snapshotOf(processes, [listens([11, 12], '::', 8200)]))).toEqual([
      'cmdb-api/8200',
    ]);
  });

  test('untitled scripts are one item only where they run the same file', () => {
    const processes = [
      osProcess({ pid: 10, executable: 'node', entry_point: '/a.js' }),
      osProcess({ pid: 11, parent_pid: 10, executable: 'node', entry_point: '/a.js' }),
      osProcess({ pid: 12, parent_pid: 10, executable: 'node', entry_point: '/b.js' }),
    ];
    const sockets = [listens([10, 11], '::', 3000), listens(12, '::', 4000)];
    expect(parts(snapshotOf(processes, sockets))).toEqual(['node/3000', 'node/4000']);
  });

  test('a unit is one item whatever its ports, and sessions of its daemon belong to it', () => {
    const unit = 'ssh.service';
    const processes = [
      osProcess({ pid: 10, executable: 'sshd', unit }),
      osProcess({ pid: 11, parent_pid: 10, executable: 'sshd' }),
    ];
    const session = connects(11, ['10.0.0.5', 22], ['10.0.0.9', 50_000]);
    const sockets = [listens(10, '0.0.0.0', 22), session];
    expect(parts(snapshotOf(processes, sockets))).toEqual(['unit/ssh.service']);
  });

  test("another product inside of a unit is an item of its own, the unit's helpers are not", () => {
    const unit = 'shop.service';
    const processes = [
      osProcess({ pid: 10, executable: 'node', title: 'shop', unit }),
      osProcess({ pid: 11, parent_pid: 10, executable: 'postgres', unit }),
      osProcess({ pid: 12, parent_pid: 10, executable: 'python3', unit }),
    ];
    const sockets = [listens(10, '::', 80), listens(11, '::1', 5432), listens(12, '::1', 81)];
    expect(parts(snapshotOf(processes, sockets))).toEqual([
      'unit/shop.service',
      'unit/shop.service/postgresql',
    ]);
  });

  test('clients of one title are one item', () => {
    const processes = [10, 20].map((pid) => osProcess({ pid, executable: 'curl' }));
    const sockets = [10, 20].map((pid) => connects(pid, ['10.0.0.5', pid], ['8.8.8.8', 443]));
    const [endpoint, ...others] = findEndpoints(snapshotOf(processes, sockets));
    expect(others).toEqual([]);
    expect(endpoint?.native_part).toBe('curl');
    expect(endpoint?.processes).toHaveLength(2);
  });

  test('a socket that init opened belongs to the service it was handed to', () => {
    const processes = [
      osProcess({ pid: 1, parent_pid: 0, executable: 'systemd' }),
      osProcess({ pid: 50, executable: 'cupsd' }),
    ];
    expect(parts(snapshotOf(processes, [listens([1, 50], '::1', 631)]))).toEqual(['cupsd/631']);
  });

  test('a helper that a server handed its socket down to does not take it over', () => {
    const processes = [
      osProcess({ pid: 50, executable: 'server' }),
      osProcess({ pid: 51, parent_pid: 50, executable: 'helper' }),
    ];
    expect(parts(snapshotOf(processes, [listens([51, 50], '::', 90)]))).toEqual(['server/90']);
  });

  test('a listener whose owner may not be seen is told by its port', () => {
    const sockets = [listens([], '::', 5432), listens([], '::', 2024)];
    const endpoints = findEndpoints(snapshotOf([], sockets, true));
    expect(endpoints.map((e) => e.native_part)).toEqual(['postgresql/5432', 'tcp/2024']);
  });

  test('a named program is not taken for what usually has its port, a nameless one is', () => {
    const processes = [
      osProcess({ pid: 10, executable: 'node', title: 'my-proxy' }),
      osProcess({ pid: 20, executable: 'java', entry_point: 'a.B' }),
    ];
    const sockets = [listens(10, '::', 5432), listens(20, '::', 7687)];
    expect(parts(snapshotOf(processes, sockets))).toEqual(['my-proxy/5432', 'neo4j/7687']);
  });
});

describe('identity over restarts', () => {
  const port = fc.integer({ min: 1, max: 32_767 });
  const ephemeral = fc.array(fc.integer({ min: 32_768, max: 60_999 }), { maxLength: 5 });

  test('does not depend on pids, nor on ports that the system handed out', () => {
    const run = (pid: number, chosen: number, random: number[]) =>
      parts(
        snapshotOf(
          [osProcess({ pid, executable: 'node', title: 'svc' })],
          [...random, chosen].map((number) => listens(pid, '::', number)),
        ),
      );
    const pid = fc.integer({ min: 2, max: 4_000_000 });
    fc.assert(
      fc.property(pid, pid, port, ephemeral, ephemeral, (before, after, chosen, r1, r2) => {
        expect(run(before, chosen, r1)).toEqual(run(after, chosen, r2));
      }),
    );
  });

  test("prefers the product's usual port, then a chosen one, then any", () => {
    const range = { first: 32_768, last: 60_999 };
    expect(portRoles([7474, 5005, 7687], [7687, 7474], range).identity).toBe(7687);
    expect(portRoles([40_000, 8080], [], range)).toEqual({
      identity: 8080,
      stable: [8080],
      ephemeral: [40_000],
    });
    expect(portRoles([50_001, 50_000], [], range).identity).toBe(50_000);
    expect(portRoles([], [80], range).identity).toBeNull();
  });
});
