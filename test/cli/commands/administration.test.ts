import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listAudit } from '../../../db/postgres/audit.ts';
import { createToken } from '../../../db/postgres/tokens.ts';
import { scheduleHandle } from '../../../db/temporal/schedules.ts';
import { NOWHERE, startTestApi, type TestApi } from '../../api/test-api.ts';
import { type CliResult, runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

let api: TestApi;
let served: ServedApi;
let admin: string;

beforeAll(async () => {
  api = await startTestApi();
  const access = { anonymous: null, configured_token: null, verifyJwt: null };
  served = await serveApi({ ...api.deps, access });
  const token = { restriction: null, expires_at: null, created_by: 'test' };
  admin = (await createToken(api.db, { ...token, name: 'admin', role: 'admin' })).secret;
}, 300_000);

afterAll(async () => {
  await served.close();
  await api.close();
});

const settings = (token: string | null = admin): Record<string, string> => ({
  CMDB_URL: served.url,
  ...(token === null ? {} : { CMDB_TOKEN: token }),
});

function cmdb(...args: string[]): Promise<CliResult> {
  return runCli(args, settings());
}

async function json(...args: string[]) {
  const { code, out, err } = await cmdb(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

test('a token is made, shown once, used, listed without its secret, and revoked by its name', async () => {
  const made = await cmdb('tokens', 'create', 'grafana', '--expires', '90d');
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^cmdb_\S{43}\n$/);
  expect(made.err).toMatch(/shown this once.*\n.*cmdb tokens revoke [0-9a-f-]{36}\n$/s);
  const secret = made.out.trim();
  expect((await runCli(['stats'], settings(secret))).code).toBe(0);
  const beyond = await runCli(['tokens'], settings(secret));
  expect(beyond.code).toBe(4);
  expect(beyond.err).toMatch(/needs the role admin; grafana has the role reader\. Ask an admin/);

  const listed = await cmdb('tokens');
  expect(listed.out).toMatch(/\ngrafana +reader +valid +- +token:admin /);
  const { items } = await json('tokens', 'list');
  const expires = Date.parse(items[0].expires_at) - Date.now();
  expect(expires / 86_400_000).toBeCloseTo(90, 1);
  for (const text of [listed.out, JSON.stringify(items)]) expect(text).not.toContain(secret);

  expect(await cmdb('tokens', 'revoke', 'grafana')).toMatchObject({ code: 0, err: '' });
  expect((await runCli(['stats'], settings(secret))).code).toBe(4);
  expect((await cmdb('tokens')).out).not.toContain('grafana');
  expect((await cmdb('tokens', 'list', '--all', '--csv')).out).toMatch(/\ngrafana,reader,revoked,/);
  const again = await cmdb('tokens', 'revoke', 'grafana');
  expect(again.code).toBe(5);
  expect(again.err).toBe('cmdb: There is no token "grafana". cmdb tokens lists them.\n');
});

test('a token can be for a part of the inventory', async () => {
  const args = ['--role', 'operator', '--team', 'payments,risk', '--environment', 'production'];
  expect(await json('tokens', 'create', 'payments', ...args)).toMatchObject({
    role: 'operator',
    restriction: { teams: ['payments', 'risk'], environments: ['production'] },
  });
  expect((await cmdb('tokens')).out).toContain('environments: production; teams: payments, risk');
  const wrong = await cmdb('tokens', 'create', 'x', '--environment', 'prod');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/^cmdb: There is no such environment\. There are: production, .*\n$/);
});

test('the first token is written into the database itself, and the audit log has it', async () => {
  const environment = { DATABASE_URL: api.database_url };
  const args = ['tokens', 'create', 'first', '--role', 'admin', '--database'];
  const { code, out } = await runCli(args, environment);
  expect(code).toBe(0);
  expect((await runCli(['tokens'], settings(out.trim()))).code).toBe(0);
  const { entries } = await listAudit(api.db, {}, 1, null);
  expect(entries[0]).toMatchObject({ principal_kind: 'cli', operation: '/tokens', status: 201 });

  const taken = await runCli(args, environment);
  expect(taken.code).toBe(6);
  expect(taken.err).toMatch(/^cmdb: .*Give another name, or revoke it: cmdb tokens\.\n$/);
  const away = await runCli(args, { DATABASE_URL: `postgres://u:secret@${NOWHERE}/none` });
  expect(away.code).toBe(3);
  expect(away.err).not.toContain('secret');
});

test('a schedule is made, shown, paused, resumed, triggered and removed', async () => {
  const args = ['nightly', '0 3 * * *', '--time-zone', 'Europe/Berlin', '--provider', 'aws'];
  const made = await cmdb('schedules', 'create', ...args);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/^nightly is scheduled; due at 20\d\d-.*\.\n$/);
  const listed = await cmdb('schedules');
  expect(listed.out).toMatch(/\nnightly +active +0 3 \* \* \* +Europe\/Berlin +providers: aws +20/);

  const paused = await cmdb('schedules', 'pause', 'nightly', '--note', 'moving');
  expect(paused).toMatchObject({ code: 0, out: 'nightly is paused.\n' });
  expect(await json('schedules', 'show', 'nightly')).toMatchObject({
    state: 'paused',
    note: 'moving',
    request: { providers: ['aws'] },
  });
  expect((await cmdb('schedules')).out).toMatch(/\nnightly +paused .* - +- +moving\n/);
  expect((await cmdb('schedules', 'resume', 'nightly')).out).toBe('nightly goes on.\n');
  expect((await cmdb('schedules', 'show', 'nightly')).out).toMatch(/\nstate +active\n/);
  expect(await cmdb('schedules', 'trigger', 'nightly')).toMatchObject({ code: 0, err: '' });

  expect((await cmdb('schedules', 'delete', 'nightly')).out).toBe('nightly is gone.\n');
  const handle = scheduleHandle(api.deps.temporal.client, api.deps.task_queue, 'nightly');
  await expect(handle.describe()).rejects.toThrow();
  const gone = await cmdb('schedules', 'show', 'nightly');
  expect(gone.code).toBe(5);
  expect(gone.err).toBe('cmdb: There is no schedule "nightly".\n');
});

test('a schedule that cannot be is refused with what is allowed', async () => {
  const { code, err } = await cmdb('schedules', 'create', 'often', '* * * *');
  expect(code).toBe(2);
  expect(err).toMatch(/^cmdb: .*five cron fields.*\n$/);
});

test('Tab offers what the API knows, and nothing where it does not let in or is away', async () => {
  const schedule = { schedule_id: 'weekly', cron: '@weekly' };
  await cmdb('schedules', 'create', schedule.schedule_id, schedule.cron);
  await cmdb('tokens', 'create', 'admin; rm -r \u001b[31m');
  const offered = async (environment: Record<string, string>, ...words: string[]) => {
    const { code, out, err } = await runCli(['complete', '--', ...words], environment);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
  };
  expect(await offered(settings(), 'schedules', 'pause', '')).toEqual(['weekly\t@weekly, active']);
  expect(await offered(settings(), 'tokens', 'revoke', 'adm')).toEqual(['admin\tadmin, by test']);
  expect(await offered(settings(null), 'tokens', 'revoke', '')).toEqual([]);
  const away = { ...settings(), CMDB_URL: `http://${NOWHERE}` };
  expect(await offered(away, 'schedules', 'pause', '')).toEqual([]);
  await cmdb('schedules', 'delete', schedule.schedule_id);
});
