import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { NOWHERE } from '../api/test-api.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runCli } from './run-cli.ts';

const NO_API = { CMDB_URL: `http://${NOWHERE}` };

/** A server that answers every request the same way, and says what it was asked with. */
async function answering(
  status: number,
  headers: Record<string, string>,
  body: string,
): Promise<AsyncDisposable & { url: string; asked: Array<string | undefined> }> {
  const asked: Array<string | undefined> = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('help names every command, the environment and every exit code', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  for (const command of [
    'runs',
    'list',
    'get',
    'deps',
    'impact',
    'spof',
    'changes',
    'coverage',
    'doctor',
    'tokens',
  ]) {
    expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  }
  for (const { code: number, meaning } of Object.values(EXIT_CODES)) {
    expect(out).toMatch(new RegExp(`^ +${number}  ${meaning}$`, 'm'));
  }
  expect(out).toContain('CMDB_TOKEN');
});

test('the help of a command ends with examples that begin with it', async () => {
  const { code, out } = await runCli(['list', '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/Examples:\n( {2}\$ cmdb list .*\n)+/);
});

test('an API that is not there is one line with the next step', async () => {
  for (const command of [['list'], ['stats', '--json'], ['runs']]) {
    const { code, out, err } = await runCli(command, NO_API);
    expect(code).toBe(EXIT_CODES.unreachable.code);
    expect(out).toBe('');
    expect(err).toMatch(
      /^cmdb: The API at http:\/\/127\.0\.0\.1:9 does not answer .*npm start.*\n$/,
    );
  }
});

test('a command line that is not valid is one line that says where to look', async () => {
  const wrong = [
    [['lost'], /Unknown command 'lost'.*See cmdb --help/],
    [['list', '--limit', '0'], /whole number from 1.*See cmdb list --help/],
    [['list', '--provider', 'ibm'], /Allowed choices are aws.*See cmdb list --help/],
    [['list', '--json', '--csv'], /cannot be used with.*See cmdb list --help/],
    [['get', 'web'], /must be the id of an item.*See cmdb get --help/],
    [['runs', 'show'], /Missing required argument 'id'.*See cmdb runs show --help/],
    [['impact'], /Which items fail\?/],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, err } = await runCli(args, NO_API);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(EXIT_CODES.usage.code);
  }
});

test('the token comes from CMDB_TOKEN, else from a file that only its owner can read', async () => {
  await using api = await answering(200, { 'content-type': 'application/json' }, '{"items":[]}');
  using directory = temporaryDirectory();
  const file = join(directory.path, 'token');
  writeFileSync(file, 'from-the-file\n', { mode: 0o600 });
  const settings = { CMDB_URL: api.url, CMDB_TOKEN_FILE: file };
  await runCli(['runs'], settings);
  await runCli(['runs'], { ...settings, CMDB_TOKEN: 'from-the-environment' });
  await runCli(['runs'], { CMDB_URL: api.url });
  expect(api.asked).toEqual(['Bearer from-the-file', 'Bearer from-the-environment', undefined]);

  chmodSync(file, 0o640);
  const { code, err } = await runCli(['runs'], settings);
  expect(code).toBe(EXIT_CODES.denied.code);
  expect(err).toBe(`cmdb: Others can read the token in ${file}. Run: chmod 600 ${file}\n`);
  expect(api.asked).toHaveLength(3);
});

test('a secret that cannot be sent is refused without being told', async () => {
  const { code, err } = await runCli(['runs'], { ...NO_API, CMDB_TOKEN: 'se\ncret' });
  expect(code).toBe(EXIT_CODES.usage.code);
  expect(err).toBe('cmdb: CMDB_TOKEN does not hold a token. Put the token there, and no more.\n');
});

test('something else than the API is told apart, and gets no token by a redirect', async () => {
  await using page = await answering(200, { 'content-type': 'text/html' }, '<html>');
  const other = await runCli(['runs'], { CMDB_URL: page.url });
  expect(other.code).toBe(EXIT_CODES.failed.code);
  expect(other.err).toContain('not JSON');

  await using moved = await answering(302, { location: page.url }, '');
  const { code, err } = await runCli(['runs'], { CMDB_URL: moved.url, CMDB_TOKEN: 'secret' });
  expect(code).toBe(EXIT_CODES.failed.code);
  expect(err).toContain('answered 302');
  expect(page.asked).toHaveLength(1);
});

test('a problem of the API ends with its own exit code, and its detail', async () => {
  const codes = { 401: 4, 403: 4, 404: 5, 409: 6, 400: 2, 500: 1, 503: 3 };
  for (const [status, expected] of Object.entries(codes)) {
    const problem = JSON.stringify({ detail: `Told by ${status}.`, status: Number(status) });
    const type = { 'content-type': 'application/problem+json' };
    await using api = await answering(Number(status), type, problem);
    const { code, err } = await runCli(['runs'], { CMDB_URL: api.url, CMDB_TOKEN: 'secret' });
    expect(code).toBe(expected);
    expect(err).toContain(`Told by ${status}.`);
    expect(err).not.toContain('secret');
  }
});

test('a policy is the generated document, and can be narrowed to some types', async () => {
  const docs = new URL('../../docs/', import.meta.url);
  const whole = await runCli(['policy', 'aws']);
  expect(whole.out).toBe(readFileSync(new URL('aws-policy.json', docs), 'utf8'));

  const narrow = await runCli(['policy', 'kubernetes', '--resource-type', 'kubernetes_pod']);
  expect(narrow.out).toContain('pods');
  expect(narrow.out).not.toContain('deployments');

  const wrong = await runCli(['policy', 'aws', '--resource-type', 'aws_nothing']);
  expect(wrong.code).toBe(EXIT_CODES.usage.code);
  expect(wrong.err).toContain('aws has no resource type aws_nothing.');
});

test('nothing of the server is loaded: what the client takes from the API are types', () => {
  const routes = readFileSync(new URL('../../cli/client/routes.ts', import.meta.url), 'utf8');
  const takings = routes.match(/^(import|export) .*|^} from .*/gm) ?? [];
  expect(takings.filter((line) => line.includes('/api/')).length).toBeGreaterThan(5);
  for (const line of takings) expect(line).toMatch(/^(import type|export type|export interface|})/);
});
