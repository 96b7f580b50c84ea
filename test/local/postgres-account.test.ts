import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { canPassThrough, postgresDirectories } from '../../local/components/postgres-account.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** An account that owns nothing here. */
const STRANGER = { uid: 64_999, gid: 64_999 };

function nested(path: string, mode: number): string {
  chmodSync(path, mode);
  const inner = join(path, 'inner');
  mkdirSync(inner, { mode: 0o755 });
  return inner;
}

test('a directory below a closed one cannot be passed into by another account', () => {
  using directory = temporaryDirectory();
  expect(canPassThrough(nested(directory.path, 0o700), STRANGER)).toBe(false);
});

test('a directory below open ones can be passed into, also before it exists', () => {
  using directory = temporaryDirectory();
  const inner = nested(directory.path, 0o711);
  const open = canPassThrough(tmpdir(), STRANGER);
  expect(canPassThrough(inner, STRANGER)).toBe(open);
  expect(canPassThrough(join(inner, 'not', 'there', 'yet'), STRANGER)).toBe(open);
});

test('the owner of a closed directory can pass into it', () => {
  using directory = temporaryDirectory();
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const inner = nested(directory.path, 0o700);
  expect(canPassThrough(inner, own)).toBe(canPassThrough(tmpdir(), own));
});

test('without another account everything stays in the state directory and the cache', () => {
  expect(postgresDirectories('/closed/clone/.local', '/closed/cache', undefined)).toEqual({
    data: '/closed/clone/.local/postgres',
    programs: '/closed/cache',
  });
});

test('what another account cannot reach moves to the system, apart for each clone', () => {
  using directory = temporaryDirectory();
  const closed = nested(directory.path, 0o700);
  const one = postgresDirectories(join(closed, 'one'), closed, STRANGER);
  const other = postgresDirectories(join(closed, 'other'), closed, STRANGER);
  expect(one.data).toMatch(/^\/var\/lib\/cmdb-agent\/[0-9a-f]{12}\/postgres$/);
  expect(other.data).not.toBe(one.data);
  expect(one.programs).toBe('/var/lib/cmdb-agent/programs');
});
