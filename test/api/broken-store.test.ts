import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import { createLog } from '../../db/log.ts';
import { startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let log = '';
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  api = await startTestApi();
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk;
      done();
    },
  });
  app = createApp({
    ...api.deps,
    cache: null,
    log: createLog('broken store', 'info', { destination: sink }),
  });
  // Every statement fails now, each with a message that names its table.
  await sql`alter schema public rename to elsewhere`.execute(api.db);
}, 300_000);

afterAll(() => api.close());

/** What an error of PostgreSQL, of the driver or of the code looks like. */
const INSIDE =
  /select|insert|relation "|does not exist|42P01|kysely|\bpg\b|node_modules|\.ts:\d|\n\s+at /i;

test('no operation tells what went wrong inside; the log does, by the id in the answer', async () => {
  const document = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, object>>;
  };
  let broken = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const response = await app.request(
        path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'),
        {
          method: method.toUpperCase(),
          ...('requestBody' in operation
            ? { body: '{}', headers: { 'content-type': 'application/json' } }
            : {}),
        },
      );
      const text = await response.text();
      const at = `${method} ${path}: ${response.status} ${text}`;
      if (response.status < 500 || path.startsWith('/health')) continue;
      broken += 1;
      expect(at).not.toMatch(INSIDE);
      const problem = JSON.parse(text);
      expect(problem.type).toMatch(/internal-error|component-unavailable/);
      const id = problem.instance.replace('urn:uuid:', '');
      const [entry] = log
        .split('\n')
        .filter((line) => line.includes(id) && line.includes('"err"'))
        .map((line) => JSON.parse(line));
      // There is no such table, or no such function.
      expect(entry.err).toMatchObject({
        code: expect.stringMatching(/^(42P01|42883)$/),
        stack: expect.stringContaining('at '),
      });
    }
  }
  expect(broken).toBeGreaterThan(10);
});
