import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DECLARED_ACCOUNT } from '../../../model/declared-scope.ts';
import type { Scope } from '../../../model/scope.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import { provider } from '../../../providers/declared/provider.ts';
import { resourceType } from '../../../providers/declared/resources/declared-item.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const signal = new AbortController().signal;

function sourcesWith(catalogue: string): Sources {
  return sourcesSchema.parse({ catalogue });
}

const plan = (sources: Sources) => provider.planScopes({ sources, hosts: [], signal });

const scopeOf = (file: string): Scope => ({
  provider: 'declared',
  account: DECLARED_ACCOUNT,
  account_name: null,
  region: file,
});

async function list(directory: string, file: string): Promise<readonly unknown[]> {
  const client = await provider.connect(scopeOf(file), sourcesWith(directory));
  return (await resourceType.listPage(client, null, signal)).records;
}

const item = (...ids: string[]) =>
  `items:\n${ids.map((id) => `  - { declared_id: ${id}, ci_type: service }\n`).join('')}`;

test('each file is a scope, wherever it stands; what begins with a dot is none', async () => {
  using directory = temporaryDirectory();
  const at = (path: string) => join(directory.path, path);
  await mkdir(at('shop/team'), { recursive: true });
  await mkdir(at('..data'));
  for (const path of [
    'b.yml',
    'a.yaml',
    'shop/team/c.yaml',
    '.hidden.yaml',
    'read.me',
    '..data/d.yaml',
  ]) {
    await writeFile(at(path), item('x'));
  }
  // As Kubernetes mounts a ConfigMap.
  await symlink('..data/d.yaml', at('d.yaml'));
  const { scopes, problems } = await plan(sourcesWith(directory.path));
  expect(problems).toEqual([]);
  expect(scopes.map(({ region }) => region)).toEqual([
    'a.yaml',
    'b.yml',
    'd.yaml',
    'shop/team/c.yaml',
  ]);
  expect(scopes[0]).toMatchObject({ provider: 'declared', account: 'declared', level: 'account' });
  expect(await list(directory.path, 'd.yaml')).toHaveLength(1);
});

test('without a catalogue there is nothing to plan', async () => {
  expect(await plan(sourcesSchema.parse({}))).toEqual({ scopes: [], problems: [] });
});

test('a directory that cannot be listed is a problem, and plans nothing away', async () => {
  expect(await plan(sourcesWith('/no/such/directory'))).toMatchObject({
    scopes: [],
    problems: [{ code: 'catalogue_not_readable', provider: 'declared', account: null }],
  });
});

test('an id that two files declare is refused in both, with the place of the other', async () => {
  using directory = temporaryDirectory();
  await writeFile(join(directory.path, 'a.yaml'), item('own', 'both'));
  await writeFile(join(directory.path, 'b.yaml'), `\n${item('both')}`);
  const faults = async (file: string) =>
    (await list(directory.path, file)).map((record) => {
      const parsed = resourceType.record.safeParse(record);
      return parsed.error?.issues.map(({ path, message }) => `${path}: ${message}`).join() ?? null;
    });
  expect(await faults('a.yaml')).toEqual([null, 'declared_id: is declared in b.yaml, line 3, too']);
  expect(await faults('b.yaml')).toEqual(['declared_id: is declared in a.yaml, line 3, too']);
  const [, disputed] = await list(directory.path, 'a.yaml');
  expect(resourceType.nativeId(disputed, scopeOf('a.yaml'))).toBe('both');

  await writeFile(join(directory.path, 'b.yaml'), item('other-one'));
  expect(await faults('a.yaml')).toEqual([null, null]);
});

test('a file that is broken says nothing of the others', async () => {
  using directory = temporaryDirectory();
  await writeFile(join(directory.path, 'a.yaml'), item('own'));
  await writeFile(join(directory.path, 'b.yaml'), 'items: [\n');
  expect(await list(directory.path, 'a.yaml')).toHaveLength(1);
});

test('faults are told as what they are, and none is worth trying again', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'a.yaml');
  const faultOf = async () => {
    const [error] = await Promise.allSettled([list(directory.path, 'a.yaml')]);
    if (error.status === 'fulfilled') throw new Error('nothing was wrong');
    return provider.toFault(error.reason, resourceType as never);
  };
  await writeFile(path, 'items:\n  - { declared_id: A, ci_type: service }\n');
  expect(await faultOf()).toMatchObject({
    kind: 'permanent',
    code: 'bad_catalogue_file',
    message: expect.stringMatching(/^a\.yaml: line 2, items\.0\.declared_id: /),
  });
  await writeFile(path, `#${'x'.repeat(6 * 1024 * 1024)}\n`);
  expect(await faultOf()).toMatchObject({ kind: 'permanent', code: 'bad_catalogue_file' });
  await rm(path);
  expect(await faultOf()).toMatchObject({ kind: 'permanent', code: 'catalogue_file_gone' });
  expect(
    provider.toFault(Object.assign(new Error('no'), { code: 'EACCES' }), resourceType as never),
  ).toMatchObject({ kind: 'denied', missing_permission: expect.any(String) });
});
