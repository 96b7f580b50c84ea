import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { createDatabase } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { createToken } from '../../db/postgres/tokens.ts';
import { createTestDatabase } from '../support/stores.ts';
import { NOWHERE } from './test-api.ts';

const MAIN = fileURLToPath(new URL('../../api/main.ts', import.meta.url));

const CONFIG = {
  DATABASE_URL: `postgres://nobody:secret@${NOWHERE}/none`,
  NEO4J_URI: `bolt://${NOWHERE}`,
  NEO4J_PASSWORD: 'secret',
  TEMPORAL_ADDRESS: NOWHERE,
};

interface Api {
  process: ChildProcess;
  output(): string;
}

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts the API as a process of its own, with these variables and no others. */
function start(environment: Record<string, string>): Api {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { process: child, output: () => output };
}

async function exitCodeOf({ process: child }: Api): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('it starts while every store is down, says what is missing, and stops when told', async () => {
  const port = await freePort();
  const api = start({ ...CONFIG, CMDB_API_PORT: String(port) });
  const base = `http://127.0.0.1:${port}`;
  while (!api.output().includes('The API is served.')) await sleep(50);

  // Nobody said where: it is on loopback, and asks nobody for a token.
  expect(api.output()).toContain('"address":"127.0.0.1"');
  expect((await fetch(`${base}/health/live`)).status).toBe(200);
  const ready = await fetch(`${base}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    status: 'unavailable',
    components: {
      postgres: { status: 'down', error: 'ECONNREFUSED' },
      neo4j: { status: 'down' },
      redis: { status: 'disabled' },
      temporal: { status: 'down' },
    },
  });
  for (const path of ['stats', 'cis', 'ci/2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d/impact']) {
    const answer = await fetch(`${base}/api/v3/cmdb/${path}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    const body = await answer.text();
    expect(body).toContain('PostgreSQL does not answer.');
    expect(body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|nobody/);
  }
  const discover = await fetch(`${base}/discover`, { method: 'POST' });
  expect(discover.status).toBe(503);

  api.process.kill('SIGTERM');
  expect(await exitCodeOf(api)).toBe(0);
  expect(api.output()).not.toContain('secret');
});

test('told to stop, it takes nothing new, and finishes what it has begun', async () => {
  // A store that takes connections and says nothing: the probe of it takes two seconds.
  const dumb = createServer(() => {}).listen(0, '127.0.0.1');
  await once(dumb, 'listening');
  const { port: dumbPort } = dumb.address() as AddressInfo;
  const port = await freePort();
  const api = start({
    ...CONFIG,
    DATABASE_URL: `postgres://nobody@127.0.0.1:${dumbPort}/none`,
    CMDB_API_PORT: String(port),
  });
  const base = `http://127.0.0.1:${port}`;
  while (!api.output().includes('The API is served.')) await sleep(50);
  const begun = fetch(`${base}/health/ready`);
  await sleep(500);
  api.process.kill('SIGTERM');
  while (!api.output().includes('Stopping')) await sleep(20);
  await expect(fetch(`${base}/health/live`)).rejects.toThrow();
  const answer = await begun;
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({ status: 'unavailable' }),
  ]);
  expect(await exitCodeOf(api)).toBe(0);
  dumb.close();
});

test('a wrong configuration ends it with every variable named, and no stack', async () => {
  const api = start({ LOG_LEVEL: 'loud', CMDB_API_TOKEN: 'short' });
  expect(await exitCodeOf(api)).toBe(1);
  const output = api.output();
  for (const variable of ['DATABASE_URL', 'NEO4J_URI', 'NEO4J_PASSWORD', 'LOG_LEVEL']) {
    expect(output).toContain(variable);
  }
  expect(output).toContain('CMDB_API_TOKEN must be 32 or more');
  expect(output).not.toContain('    at ');
});

test('an address beyond loopback is refused while nobody could get in', async () => {
  const database = await createTestDatabase();
  const db = createDatabase({ url: database.url, application_name: 'test' });
  await migrateToLatest(db);
  const port = String(await freePort());
  const remote = {
    ...CONFIG,
    DATABASE_URL: database.url,
    CMDB_API_HOST: '0.0.0.0',
    CMDB_API_PORT: port,
  };
  const refused = start(remote);
  expect(await exitCodeOf(refused)).toBe(1);
  expect(refused.output()).toContain('CMDB_API_TOKEN is not set');

  const { secret } = await createToken(db, {
    name: 'first',
    role: 'reader',
    restriction: null,
    expires_at: null,
    created_by: 'test',
  });
  const api = start(remote);
  while (!api.output().includes('The API is served.')) await sleep(50);
  const stats = `http://127.0.0.1:${port}/api/v3/cmdb/stats`;
  expect((await fetch(stats)).status).toBe(401);
  const headers = { authorization: `Bearer ${secret}` };
  expect((await fetch(stats, { headers })).status).toBe(200);
  api.process.kill('SIGTERM');
  await exitCodeOf(api);
  expect(api.output()).not.toContain(secret.slice(5));
  await db.destroy();
  await database.drop();
});

test('a port that is taken ends it with a message', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const api = start({ ...CONFIG, CMDB_API_PORT: String(port) });
  expect(await exitCodeOf(api)).toBe(1);
  expect(api.output()).toContain('CMDB_API_PORT');
  expect(api.output()).not.toContain('    at ');
  server.close();
});
