import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../../api/test-api.ts';
import { discoverSeen, seenId } from '../../support/seen.ts';
import { type CliResult, runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const VM = seenId('aws', 'i-0abc');
const NODE = seenId('kubernetes', 'node-1');
const HOST = seenId('host', 'web-1');

let api: TestApi;
let served: ServedApi;

beforeAll(async () => {
  api = await startTestApi();
  served = await serveApi(api.deps);
  const fields = { hostname: 'web-1' };
  const vm = { ...fields, memory_gb: 16, tags: { Team: 'shop' } };
  await discoverSeen(api.db, 'aws', [{ id: 'i-0abc', keys: ['aws:i-0abc'], fields: vm }]);
  await discoverSeen(api.db, 'kubernetes', [
    { id: 'node-1', ci_type: 'kubernetes_node', identities: ['aws:i-0abc'], fields },
  ]);
  await discoverSeen(api.db, 'host', [{ id: 'web-1', fields: { ...fields, memory_gb: 15.5 } }]);
}, 300_000);

afterAll(async () => {
  await served.close();
  await api.close();
});

function cmdb(...args: string[]): Promise<CliResult> {
  return runCli(args, { CMDB_URL: served.url });
}

test('candidates are listed, decided about, and listed as decided', async () => {
  const table = await cmdb('duplicates');
  expect(table).toMatchObject({ code: 0, err: '' });
  expect(table.out).toMatch(/^IN COMMON +CI TYPE +ONE +OTHER /);
  expect(table.out.match(/\nhostname /g)).toHaveLength(2);
  const limited = await cmdb('duplicates', '--limit', '1');
  expect(limited.err).toBe('There may be more; --limit shows them.\n');

  const decided = await cmdb(
    'duplicates',
    'same',
    HOST,
    VM,
    '--reason',
    'the tag says so',
    '--json',
  );
  const decision = JSON.parse(decided.out);
  expect(decision).toMatchObject({ verdict: 'same', reason: 'the tag says so' });
  // The node is the instance already, and so the machine.
  const none = await cmdb('duplicates', '--provider', 'host');
  expect(none).toMatchObject({ code: 0, err: 'Nothing looks like one thing seen twice.\n' });

  const decisions = await cmdb('duplicates', 'decisions', '--csv');
  expect(decisions.out).toContain(`${decision.decision_id},same,`);
  const withdrawn = await cmdb('duplicates', 'withdraw', decision.decision_id);
  expect(withdrawn.out).toBe(`withdrawn ${decision.decision_id}\n`);
  expect((await cmdb('duplicates', 'withdraw', decision.decision_id)).code).not.toBe(0);
});

test('what a strong key joins stays one thing, and that is said', async () => {
  const { code, err, out } = await cmdb('duplicates', 'different', NODE, VM);
  expect({ code, err }).toEqual({
    code: 0,
    err: 'They stay one thing all the same, by aws:i-0abc.\n',
  });
  await cmdb('duplicates', 'withdraw', out.trim().split(' ')[1] ?? '');
});

test('the sources of an item are told value by value', async () => {
  await cmdb('duplicates', 'same', HOST, VM);
  const { code, out } = await cmdb('get', VM, '--sources');
  expect(code).toBe(0);
  expect(out).toMatch(/\nmemory_gb +15\.5 +host +[0-9a-f-]{36}\n +16 +aws /);
  expect(out).toMatch(/\nteam +shop +aws, tag:Team /);
  const sources = JSON.parse((await cmdb('get', VM, '--sources', '--json')).out);
  expect(sources.items).toHaveLength(3);
});
