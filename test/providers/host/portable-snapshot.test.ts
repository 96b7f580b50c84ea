import { expect, test } from '@jest/globals';
import { toPortableSnapshot } from '../../../providers/host/portable-snapshot.ts';

const process = {
  pid: 7,
  parentPid: 1,
  name: 'node',
  command: 'node',
  params: '/srv/app.js --token=hunter2',
  path: '/usr/local/bin/node',
  user: 'app',
  started: '2026-01-02 03:04:05',
};
const connection = {
  protocol: 'tcp4',
  localAddress: '*',
  localPort: '8200',
  peerAddress: '*',
  peerPort: '*',
  state: 'LISTEN',
  pid: 7,
};

test('reads the lists of systems without /proc', () => {
  const snapshot = toPortableSnapshot(
    [process],
    [
      connection,
      { ...connection, protocol: 'tcp46' },
      { ...connection, protocol: 'udp4' },
      {
        ...connection,
        localAddress: '127.0.0.1',
        peerAddress: '127.0.0.1',
        peerPort: '5432',
        state: 'ESTABLISHED',
      },
      { ...connection, localAddress: '127.0.0.1', state: 'TIME_WAIT' },
    ],
  );
  expect(snapshot.processes).toMatchObject([
    { pid: 7, executable: 'node', title: null, entry_point: '/srv/app.js', unit: null },
  ]);
  expect(snapshot.sockets.map((s) => [s.state, s.local_address, s.remote_port])).toEqual([
    ['listening', '0.0.0.0', 0],
    ['listening', '::', 0],
    ['established', '127.0.0.1', 5432],
  ]);
  expect(snapshot.has_hidden_owners).toBe(false);
});
