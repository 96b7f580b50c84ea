import type { lookup as lookupName } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseNetworks } from '../../../activities/webhooks/address-guard.ts';
import { type PostOptions, postGuarded } from '../../../activities/webhooks/post-guarded.ts';

let server: Server;
let port: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const requests: Array<{
  path: string | undefined;
  body: string;
  headers: IncomingMessage['headers'];
}> = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ path: request.url, body, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  requests.length = 0;
  answer = (_, response) => response.writeHead(204).end();
});

const LOOPBACK = parseNetworks(['127.0.0.0/8']);
/** A resolver that knows one address, for any name. */
const resolvesTo = (...addresses: string[]) =>
  ((_name: string, _options: object, callback: (...result: unknown[]) => void) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookupName;

const post = (url: string, options: Partial<PostOptions> = {}) =>
  postGuarded(new URL(url), { 'x-test': 'yes' }, '{"é":1}', {
    networks: LOOPBACK,
    timeout_ms: 2_000,
    ...options,
  });

test('a body is posted to an allowed address, and the status is told', async () => {
  answer = (_, response) => response.writeHead(202).end('a body that nobody reads');
  expect(await post(`http://127.0.0.1:${port}/hook?a=1`)).toEqual({
    status: 202,
    retry_after_ms: null,
  });
  expect(requests).toMatchObject([
    { path: '/hook?a=1', body: '{"é":1}', headers: { 'x-test': 'yes' } },
  ]);
});

test('a name is judged by the address that it has when the connection is made', async () => {
  const url = `http://rebound.example:${port}/`;
  const lookup = resolvesTo('127.0.0.1');
  expect(await post(url, { lookup })).toMatchObject({ status: 204 });
  const networks = parseNetworks([]);
  expect(await post(url, { lookup, networks })).toEqual({
    status: null,
    error_code: 'forbidden_address',
  });
  // One of its addresses is enough: which one is taken is up to the system.
  const both = resolvesTo('127.0.0.1', '169.254.169.254');
  expect(await post(url, { lookup: both })).toMatchObject({ error_code: 'forbidden_address' });
  expect(requests).toHaveLength(1);
});

test.each([
  'http://127.0.0.1:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://2130706433:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/',
  'http://localhost:PORT/',
])('%s is not reached where it is not allowed', async (url) => {
  const outcome = await post(url.replace('PORT', String(port)), { networks: [] });
  expect(outcome).toEqual({ status: null, error_code: 'forbidden_address' });
  expect(requests).toEqual([]);
});

test('plain HTTP does not leave the allowed networks', async () => {
  const lookup = resolvesTo('93.184.216.34');
  expect(await post('http://public.example/', { lookup })).toMatchObject({
    error_code: 'forbidden_address',
  });
});

test('a redirect is not followed', async () => {
  answer = (_, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
  expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 307 });
  expect(requests).toHaveLength(1);
});

test('a receiver may say when to come again', async () => {
  answer = (_, response) => response.writeHead(429, { 'retry-after': '7' }).end();
  expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ status: 429, retry_after_ms: 7_000 });
  const date = new Date(Date.now() + 60_000).toUTCString();
  answer = (_, response) => response.writeHead(503, { 'retry-after': date }).end();
  const { retry_after_ms } = (await post(`http://127.0.0.1:${port}/`)) as {
    retry_after_ms: number;
  };
  expect(retry_after_ms).toBeGreaterThan(50_000);
  answer = (_, response) => response.writeHead(503, { 'retry-after': 'soon' }).end();
  expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ retry_after_ms: null });
});

test('who does not answer is told by a code that names no address', async () => {
  answer = () => {};
  expect(await post(`http://127.0.0.1:${port}/`, { timeout_ms: 100 })).toEqual({
    status: null,
    error_code: 'timeout',
  });
  expect(await post('http://127.0.0.1:9/')).toEqual({ status: null, error_code: 'ECONNREFUSED' });
  expect(await post('https://nowhere.invalid/')).toMatchObject({
    error_code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
  });
  // The server speaks no TLS.
  expect(await post(`https://127.0.0.1:${port}/`)).toMatchObject({ status: null });
});
