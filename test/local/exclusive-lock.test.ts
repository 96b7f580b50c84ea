import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tryLock, withLock } from '../../local/exclusive-lock.ts';
import { moduleUrl, runNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function holder(lock: string) {
  return runNode(`
    import { tryLock } from ${JSON.stringify(moduleUrl('local/exclusive-lock.ts'))};
    console.log(tryLock(${JSON.stringify(lock)}).acquired ? 'holds it' : 'was refused');
    setInterval(() => {}, 1000);
  `);
}

test('a lock that a live process holds is refused, naming the process', async () => {
  using directory = temporaryDirectory();
  const lock = join(directory.path, 'a.lock');
  await using other = holder(lock);
  expect(await other.firstLine).toBe('holds it');

  expect(tryLock(lock)).toEqual({
    acquired: false,
    holder: { pid: other.pid, started: expect.any(String) },
  });
});

test('a lock whose holder was killed is taken over', async () => {
  using directory = temporaryDirectory();
  const lock = join(directory.path, 'a.lock');
  const other = holder(lock);
  expect(await other.firstLine).toBe('holds it');
  await other[Symbol.asyncDispose]();
  expect(existsSync(lock)).toBe(true);

  const attempt = tryLock(lock);
  expect(attempt.acquired).toBe(true);
  if (attempt.acquired) attempt.release();
  expect(existsSync(lock)).toBe(false);
});

test('of many that find a dead holder at once, one at a time holds the lock', async () => {
  using directory = temporaryDirectory();
  const lock = join(directory.path, 'a.lock');
  const dead = holder(lock);
  await dead.firstLine;
  await dead[Symbol.asyncDispose]();

  const contenders = Array.from({ length: 6 }, () =>
    runNode(`
      import { withLock } from ${JSON.stringify(moduleUrl('local/exclusive-lock.ts'))};
      import { rmSync, writeFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      const inside = ${JSON.stringify(join(directory.path, 'inside'))};
      await withLock(${JSON.stringify(lock)}, async () => {
        writeFileSync(inside, '', { flag: 'wx' });
        await setTimeout(30);
        rmSync(inside);
      });
    `),
  );
  const outcomes = await Promise.all(contenders.map((contender) => contender.ended));
  expect(outcomes).toEqual(contenders.map(() => ({ code: 0, output: '' })));
});

test('a lock is let go when what it protects fails', async () => {
  using directory = temporaryDirectory();
  const lock = join(directory.path, 'a.lock');
  await expect(withLock(lock, () => Promise.reject(new Error('no room')))).rejects.toThrow(
    'no room',
  );
  expect(existsSync(lock)).toBe(false);
});
