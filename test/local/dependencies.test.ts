import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dependencyState } from '../../local/dependencies.ts';
import { moduleUrl, runNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PACKAGE = { name: 'clone', version: '1.0.0', dependencies: { part: 'file:part' } };
const PART = { name: 'part', version: '1.0.0' };

/** A clone whose one dependency is a directory of its own, so that npm needs no registry. */
function makeClone(path: string): void {
  mkdirSync(join(path, 'part'));
  writeFileSync(join(path, 'part', 'package.json'), JSON.stringify(PART));
  writeFileSync(join(path, 'package.json'), JSON.stringify(PACKAGE));
  writeFileSync(
    join(path, 'package-lock.json'),
    JSON.stringify({
      name: 'clone',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': PACKAGE,
        'node_modules/part': { resolved: 'part', link: true },
        part: { version: '1.0.0' },
      },
    }),
  );
}

function install(clone: string) {
  return runNode(`
    import { ensureDependencies } from ${JSON.stringify(moduleUrl('local/dependencies.ts'))};
    await ensureDependencies(${JSON.stringify(clone)});
  `);
}

test('dependencies are missing, then fresh once installed, then stale when the lock file changes', async () => {
  using clone = temporaryDirectory();
  makeClone(clone.path);
  expect(dependencyState(clone.path)).toBe('missing');

  await using installation = install(clone.path);
  expect(await installation.ended).toMatchObject({ code: 0 });
  expect(dependencyState(clone.path)).toBe('fresh');

  appendFileSync(join(clone.path, 'package-lock.json'), '\n');
  expect(dependencyState(clone.path)).toBe('stale');
});

test('dependencies installed for another major version of Node are stale', async () => {
  using clone = temporaryDirectory();
  makeClone(clone.path);
  await using installation = install(clone.path);
  await installation.ended;

  const stamp = join(clone.path, 'node_modules', '.package-lock.sha256');
  writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/node-\d+/, 'node-22'));
  expect(dependencyState(clone.path)).toBe('stale');
});

test('two that install at once in one clone both end with fresh dependencies', async () => {
  using clone = temporaryDirectory();
  makeClone(clone.path);
  await using one = install(clone.path);
  await using other = install(clone.path);
  const outcomes = await Promise.all([one.ended, other.ended]);
  expect(outcomes).toEqual([
    { code: 0, output: expect.stringContaining('complete') },
    { code: 0, output: expect.stringContaining('complete') },
  ]);
  expect(dependencyState(clone.path)).toBe('fresh');
});

test('an installation that npm refuses is told with what npm said and what to do', async () => {
  using clone = temporaryDirectory();
  makeClone(clone.path);
  writeFileSync(join(clone.path, 'package.json'), '{ "name": ');
  await using installation = install(clone.path);
  const { code, output } = await installation.ended;
  expect(code).toBe(1);
  expect(output).toContain('The dependencies could not be installed.');
  expect(output).toMatch(/EJSONPARSE/);
  expect(dependencyState(clone.path)).toBe('missing');
});
