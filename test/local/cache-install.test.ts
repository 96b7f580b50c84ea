import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { installOnce } from '../../local/cache-install.ts';
import { moduleUrl, runNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Installs slowly, in two steps, and notes in `installations` that it did. */
function installer(cache: string, installations: string) {
  return runNode(`
    import { installOnce } from ${JSON.stringify(moduleUrl('local/cache-install.ts'))};
    import { appendFileSync, writeFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    const directory = await installOnce({
      cacheDirectory: ${JSON.stringify(cache)},
      name: 'tool-1',
      install: async (draft) => {
        writeFileSync(draft + '/first', '1');
        console.log('installing');
        await setTimeout(600);
        writeFileSync(draft + '/second', '2');
        appendFileSync(${JSON.stringify(installations)}, 'x');
      },
    });
    console.log(directory);
  `);
}

test('two processes that want one program at once install it once, whole', async () => {
  using directory = temporaryDirectory();
  const cache = join(directory.path, 'cache');
  const installations = join(directory.path, 'installations');
  await using one = installer(cache, installations);
  await using other = installer(cache, installations);

  for (const { code, output } of await Promise.all([one.ended, other.ended])) {
    expect(output).toMatch(/tool-1\n$/);
    expect(code).toBe(0);
  }
  expect(readFileSync(installations, 'utf8')).toBe('x');
  expect(readdirSync(join(cache, 'tool-1')).sort()).toEqual(['first', 'second']);
  expect(readdirSync(cache)).toEqual(['tool-1']);
});

test('an installation that was killed half-way leaves nothing, and the next one succeeds', async () => {
  using directory = temporaryDirectory();
  const cache = join(directory.path, 'cache');
  const killed = installer(cache, join(directory.path, 'installations'));
  expect(await killed.firstLine).toBe('installing');
  await killed[Symbol.asyncDispose]();
  expect(existsSync(join(cache, 'tool-1'))).toBe(false);

  const installed = await installOnce({
    cacheDirectory: cache,
    name: 'tool-1',
    install: async (draft) => writeFileSync(join(draft, 'whole'), ''),
  });
  expect(readdirSync(installed)).toEqual(['whole']);
  expect(readdirSync(cache)).toEqual(['tool-1']);
});

test('an installation that fails leaves nothing in the cache', async () => {
  using directory = temporaryDirectory();
  const install = async (draft: string) => {
    writeFileSync(join(draft, 'half'), '');
    throw new Error('the registry does not answer');
  };
  await expect(
    installOnce({ cacheDirectory: directory.path, name: 'tool-1', install }),
  ).rejects.toThrow('the registry does not answer');
  expect(readdirSync(directory.path)).toEqual([]);
});
