import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { DeclarationError, loadRegistry } from '../../providers/registry.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('every provider and resource type is found by where its file stands', async () => {
  const registry = await loadRegistry();
  const host = registry.get('host');
  expect([...(host?.resourceTypes.keys() ?? [])].sort()).toEqual([
    'host_block_storage',
    'host_container',
    'host_network_interface',
    'host_process',
    'host_server',
  ]);
});

test('every declaration has what docs, plans and policies are made from', async () => {
  const registry = await loadRegistry();
  for (const [provider, { resourceTypes }] of registry) {
    for (const [name, type] of resourceTypes) {
      expect(name).toMatch(new RegExp(`^${provider}_[a-z0-9_]+$`));
      expect(type.summary).toMatch(/\.$/);
      expect(type.ci_types.length).toBeGreaterThan(0);
      for (const ciType of type.ci_types) expect(ciTypeSchema.options).toContain(ciType);
      for (const relation of Object.values(type.relations)) expect(relation.target).not.toBe('');
    }
  }
});

describe('a file that does not declare what its place promises is named', () => {
  const folderWith = async (directory: string, files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, text);
    }
    return pathToFileURL(`${directory}/`);
  };
  const provider = "export const provider = { name: 'host' };";

  test.each([
    [{ 'host/provider.ts': 'export const x = 1;' }, /host\/provider\.ts must export/],
    [{ 'host/provider.ts': provider, 'host/resources/a.ts': 'export const x = 1;' }, /a\.ts must/],
    [
      {
        'host/provider.ts': provider,
        'host/resources/a.ts': "export const resourceType = { name: 'a', provider: 'aws' };",
      },
      /declares provider aws/,
    ],
    [
      {
        'host/provider.ts': provider,
        'host/resources/a.ts': "export const resourceType = { name: 'a', provider: 'host' };",
        'host/resources/b.ts': "export const resourceType = { name: 'a', provider: 'host' };",
      },
      /declares a a second time/,
    ],
  ])('%#', async (files, message) => {
    using directory = temporaryDirectory();
    const folder = await folderWith(directory.path, files as Record<string, string>);
    const loading = loadRegistry(folder);
    await expect(loading).rejects.toThrow(DeclarationError);
    await expect(loading).rejects.toThrow(message);
  });
});
