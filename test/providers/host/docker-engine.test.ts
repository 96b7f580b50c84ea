import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  containerName,
  containerStatus,
  portNames,
} from '../../../providers/host/container-record.ts';
import { listContainers } from '../../../providers/host/docker-engine.ts';

const { signal } = new AbortController();
let folder: string;
let socketPath: string;
let engine: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  socketPath = join(folder, 'docker.sock');
});
afterEach(async () => {
  engine?.close();
  engine = undefined;
  await rm(folder, { recursive: true });
});

async function engineAnswers(answer: RequestListener) {
  engine = createServer(answer);
  const server = engine;
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
}

describe('listContainers', () => {
  test('asks for stopped containers too and gives the list as it is', async () => {
    const asked: (string | undefined)[] = [];
    await engineAnswers((request, response) => {
      asked.push(request.url);
      response.end('[{"Id":"a"}]');
    });
    expect(await listContainers(socketPath, signal)).toEqual([{ Id: 'a' }]);
    expect(asked).toEqual(['/containers/json?all=true']);
  });

  test('no socket is proof that there are no containers', async () => {
    expect(await listContainers(socketPath, signal)).toEqual([]);
  });

  test('an engine that is stopped is none: its containers are still there', async () => {
    // A server's process that dies leaves its socket file behind; `close` would remove it.
    const path = join(folder, 'left-behind.sock');
    const server = createSocketServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const { link } = await import('node:fs/promises');
    await link(path, socketPath);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(listContainers(socketPath, signal)).rejects.toMatchObject({
      code: 'docker_not_answering',
      kind: 'transient',
    });
  });

  test.each([
    ['an error', 500, '{"message":"x"}'],
    ['no list', 200, '{"message":"x"}'],
    ['no JSON', 200, '<html>'],
  ])('%s is a fault, not an empty list', async (_case, status, body) => {
    await engineAnswers((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    await expect(listContainers(socketPath, signal)).rejects.toMatchObject({
      code: 'docker_failed',
    });
  });

  test('stops waiting when the activity is cancelled', async () => {
    await engineAnswers(() => undefined);
    const controller = new AbortController();
    const listing = listContainers(socketPath, controller.signal);
    controller.abort();
    await expect(listing).rejects.toMatchObject({ name: 'AbortError' });
    engine?.closeAllConnections();
  });
});

test('a container is told by its own name, not by that which a linked one calls it', () => {
  expect(containerName(['/web/db', '/shop-db-1'])).toBe('shop-db-1');
  expect(containerName([])).toBeNull();
});

test.each([
  ['created', 'planned'],
  ['running', 'active'],
  ['paused', 'inactive'],
  ['restarting', 'failed'],
  ['removing', 'inactive'],
  ['exited', 'inactive'],
  ['dead', 'failed'],
])('the state %s is %s', (state, status) => expect(containerStatus(state)).toBe(status));

test('ports are named with where they are published', () => {
  expect(
    portNames([
      { PrivatePort: 443, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ]),
  ).toEqual(['0.0.0.0:8080->80/tcp', '443/tcp']);
});
