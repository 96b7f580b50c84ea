import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadSources, SourcesError } from '../../providers/sources.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('without a file everything has a default', async () => {
  const sources = await loadSources(undefined);
  expect(sources.discovery).toEqual({
    schedule: '0 * * * *',
    time_zone: 'UTC',
    default_environment: 'unknown',
    retire_after_scans: 2,
    max_loss_percent: 50,
  });
  expect(sources.host).toEqual({ enabled: true });
});

test('a file that was named and is not there is an error', async () => {
  await expect(loadSources('/no/such/cmdb.yaml')).rejects.toThrow(/cannot be read/);
});

test('every wrong entry is named at once', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'cmdb.yaml');
  await writeFile(path, 'discovery: {schedule: hourly, retire_after_scans: 0}\nhots: {}\n');
  const loading = loadSources(path);
  await expect(loading).rejects.toThrow(SourcesError);
  await expect(loading).rejects.toThrow(/discovery\.schedule: .*cron/s);
  await expect(loading).rejects.toThrow(/discovery\.retire_after_scans/);
  await expect(loading).rejects.toThrow(/hots/);
});

test('a file that is not YAML is an error that says where', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'cmdb.yaml');
  await writeFile(path, 'discovery: [\n');
  await expect(loadSources(path)).rejects.toThrow(/not YAML: .*line 2/s);
});

test('the catalogue stands beside the file that names it', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'cmdb.yaml');
  await writeFile(path, 'catalogue: teams\n');
  expect((await loadSources(path)).catalogue).toBe(join(directory.path, 'teams'));
  await writeFile(path, 'catalogue: /etc/cmdb/teams\n');
  expect((await loadSources(path)).catalogue).toBe('/etc/cmdb/teams');
});
