import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { discoverEstate, partId } from '../../api/estate.ts';
import { NOWHERE } from '../../api/test-api.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { runCli } from '../run-cli.ts';
import { runOnTerminal } from '../run-on-terminal.ts';

let source: TestDatabase;
let target: TestDatabase;
let db: Db;
const directory = temporaryDirectory();
const file = join(directory.path, 'cmdb.backup');

beforeAll(async () => {
  [source, target] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  db = createDatabase({ url: source.url, application_name: 'backup test' });
  await migrateToLatest(db);
  await discoverEstate(db, [{ id: 'web', needs: ['db'] }, { id: 'db' }]);
});

afterAll(async () => {
  await db.destroy();
  await Promise.all([source.drop(), target.drop()]);
  directory[Symbol.dispose]();
});

test('a backup is one file that only its owner can read, and replaces none unasked', async () => {
  const { code, out, err } = await runCli(['backup', file], { DATABASE_URL: source.url });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/cmdb\.backup: \d+ rows of \d+ tables, 0 MB\.\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.part`)).toBe(false);

  const again = await runCli(['backup', file], { DATABASE_URL: source.url });
  expect(again.code).toBe(2);
  expect(again.err).toBe(`cmdb: ${file} is there already. Give another file, or --force.\n`);
  const forced = await runCli(['backup', file, '--force', '--json'], { DATABASE_URL: source.url });
  expect(JSON.parse(forced.out)).toMatchObject({
    file,
    format: 'cmdb-backup',
    tables: expect.arrayContaining([expect.objectContaining({ name: 'items', rows: 2 })]),
  });
});

test('it is restored into an empty database, and over another one only when that is said', async () => {
  const environment = { DATABASE_URL: target.url };
  const first = await runCli(['restore', file], environment);
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/release 0\.1\.0: \d+ rows restored\.\n$/);
  const restored = createDatabase({ url: target.url, application_name: 'backup test' });
  expect(await getItem(restored, partId('web'))).toMatchObject({ name: 'web' });

  const second = await runCli(['restore', file], environment);
  expect(second.code).toBe(6);
  expect(second.err).toMatch(/^cmdb: The database is not empty: .* --replace .*\n$/);
  const unasked = await runCli(['restore', file, '--replace'], environment);
  expect(unasked.code).toBe(2);
  expect(unasked.err).toContain('--yes');
  await restored.updateTable('items').set({ version: 99 }).execute();
  expect((await runCli(['restore', file, '--replace', '--yes'], environment)).code).toBe(0);
  expect(await getItem(restored, partId('web'))).toMatchObject({ version: 1 });
  await restored.destroy();
});

test('on a terminal it asks before an inventory is lost', async () => {
  await using run = runOnTerminal(['restore', file, '--replace'], { DATABASE_URL: target.url });
  await run.until(/is lost\. Write "replace" to go on: /);
  run.type('no\n');
  expect(await run.ended).toBe(130);
  expect(run.shown()).toContain('Nothing was changed.');
});

test('a backup goes through pipes, too', async () => {
  const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'backup', '-'], {
    env: { ...process.env, DATABASE_URL: source.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bytes = await buffer(child.stdout);
  const args = ['restore', '-', '--replace', '--yes', '--json'];
  const { code, out } = await runCli(args, { DATABASE_URL: target.url }, bytes);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ file: '-', migrated: [], release: '0.1.0' });
});

test('what cannot be restored is one line, and has its own exit code', async () => {
  const damaged = join(directory.path, 'damaged.backup');
  writeFileSync(damaged, readFileSync(file).subarray(0, 1_000));
  const cases = [
    [damaged, target.url, 11, /It is damaged.* Nothing was changed\.$/],
    [join(directory.path, 'absent'), target.url, 2, /absent is not there\. Give another file\.$/],
    [file, `postgres://nobody:secret@${NOWHERE}/none`, 3, /PostgreSQL does not answer/],
    [file, '', 2, /DATABASE_URL is not set.* where the worker runs/],
  ] as const;
  for (const [path, url, expected, message] of cases) {
    const { code, out, err } = await runCli(['restore', path, '--replace', '--yes'], {
      DATABASE_URL: url,
    });
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toContain('secret');
    expect({ code, out }).toEqual({ code: expected, out: '' });
  }
});

/** Has a process print, at its end, the most memory that it ever had, in KiB. */
const TELL_MEMORY =
  "--import=data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))";

test('memory stays the same, however much there is to back up and to restore', async () => {
  const path = join(directory.path, 'large.backup');
  const peaks: Array<{ backup: number; restore: number }> = [];
  for (const rows of [30_000, 210_000]) {
    await sql`
      insert into audit_log
        (request_id, principal_kind, principal_id, principal_name, role, method, operation, path)
      select gen_random_uuid(), 'cli', 'x', 'x', 'admin', 'POST', '/x',
        (select string_agg(md5((n * 40 + part)::text), '') from generate_series(1, 25) part)
      from generate_series(1, ${rows}) n
    `.execute(db);
    const peakOf = async (args: string[], url: string) => {
      const environment = { DATABASE_URL: url, NODE_OPTIONS: TELL_MEMORY };
      const { code, err } = await runCli(args, environment);
      expect(code).toBe(0);
      return Number(err.trimEnd().split('\n').at(-1));
    };
    peaks.push({
      backup: await peakOf(['backup', path, '--force'], source.url),
      restore: await peakOf(['restore', path, '--replace', '--yes'], target.url),
    });
  }
  const [small, large] = peaks;
  expect(statSync(path).size).toBeGreaterThan(80e6);
  // Buffers on their way, not the 144 MB more that go by.
  expect((large?.backup ?? 0) - (small?.backup ?? 0)).toBeLessThan(50_000);
  expect((large?.restore ?? 0) - (small?.restore ?? 0)).toBeLessThan(60_000);
}, 180_000);
