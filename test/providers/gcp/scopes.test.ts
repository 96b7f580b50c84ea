import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import type { ScopePlan } from '../../../model/provider.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { createGcpProvider } from '../../../providers/gcp/provider.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { NOT_CANCELLED } from './listing.ts';
import { startWire } from './wire.ts';

let synthetic: Synthetic;
beforeAll(async () => {
  // The second and the fourth are in a folder of the organization.
  const projects = ['shop-1', 'shop-2', 'shop-3', 'shop-4'];
  synthetic = await startSynthetic({ gcp: { projects } });
}, 60_000);
afterAll(async () => {
  await synthetic?.[Symbol.asyncDispose]();
});

function plan(gcp?: object, environment: NodeJS.ProcessEnv = {}): Promise<ScopePlan> {
  const sources = sourcesSchema.parse(gcp ? { gcp } : {});
  const context = { sources, hosts: [], signal: NOT_CANCELLED };
  return createGcpProvider({ CMDB_GCP_ENDPOINT_URL: synthetic.url, ...environment }).planScopes(
    context,
  );
}

const accounts = ({ scopes }: ScopePlan) => scopes.map(({ account }) => account).sort();

test('the project of the environment is one scope', async () => {
  expect(await plan(undefined, { GOOGLE_CLOUD_PROJECT: 'shop-1' })).toEqual({
    scopes: [
      {
        provider: 'gcp',
        account: 'shop-1',
        account_name: null,
        region: 'global',
        level: 'account',
        task_queue: null,
      },
    ],
    problems: [],
  });
});

test('configured projects are taken as they are, once each', async () => {
  const { scopes, problems } = await plan({ projects: ['shop-3', 'shop-1', 'shop-3'] });
  expect(problems).toEqual([]);
  expect(scopes.map(({ account }) => account)).toEqual(['shop-3', 'shop-1']);
});

test('an organization’s projects are found in its folders, with their names', async () => {
  const found = await plan({ organization: '1' });
  expect(found.problems).toEqual([]);
  expect(accounts(found)).toEqual(['shop-1', 'shop-2', 'shop-3', 'shop-4']);
  expect(found.scopes.map(({ account_name }) => account_name)).toContain('Project shop-2');
});

test('a folder’s projects are those in it', async () => {
  expect(accounts(await plan({ folder: 'folders/10' }))).toEqual(['shop-2', 'shop-4']);
});

test('projects that are named and those of a folder are one list', async () => {
  const found = await plan({ folder: '10', projects: ['shop-1', 'shop-2'] });
  expect(accounts(found)).toEqual(['shop-1', 'shop-2', 'shop-4']);
});

test('a folder that may not be listed is a problem, and hides no other', async () => {
  await synthetic.setFaults({ denied: [{ operation: 'resourcemanager.folders.list' }] });
  try {
    const found = await plan({ organization: '1' });
    expect(accounts(found)).toEqual(['shop-1', 'shop-3']);
    expect(found.problems).toEqual([
      {
        code: 'IAM_PERMISSION_DENIED',
        message: expect.stringContaining('resourcemanager.folders.list'),
        provider: 'gcp',
        account: null,
      },
    ]);
  } finally {
    await synthetic.setFaults({});
  }
});

test('where nothing names a project, that is the problem', async () => {
  const { scopes, problems } = await plan({});
  expect(scopes).toEqual([]);
  expect(problems).toMatchObject([{ code: 'no_project', provider: 'gcp' }]);
});

test('deleted projects are none', async () => {
  const projects = [
    { projectId: 'there', name: 'projects/1', state: 'ACTIVE' },
    { projectId: 'gone', name: 'projects/2', state: 'DELETE_REQUESTED' },
  ];
  await using wire = await startWire(({ url }) => ({
    body: url.pathname === '/v3/projects' ? { projects } : { folders: [] },
  }));
  const found = await plan({ folder: '7' }, { CMDB_GCP_ENDPOINT_URL: wire.url });
  expect(accounts(found)).toEqual(['there']);
  expect(wire.asked[0]?.url.searchParams.get('parent')).toBe('folders/7');
});

describe('without an endpoint of tests', () => {
  /** The variables by which Google's library looks for credentials, of the process itself. */
  const NAMES = ['GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_CONFIG', 'METADATA_SERVER_DETECTION'];

  async function planWith(variables: Record<string, string>, gcp?: object): Promise<ScopePlan> {
    const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
    // Nobody asks the metadata service of whatever machine this is.
    Object.assign(process.env, { METADATA_SERVER_DETECTION: 'none', ...variables });
    try {
      const sources = sourcesSchema.parse(gcp ? { gcp } : {});
      return await createGcpProvider(process.env).planScopes({
        sources,
        hosts: [],
        signal: NOT_CANCELLED,
      });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }

  test('somebody who has no GCP sees no error', async () => {
    using directory = temporaryDirectory();
    expect(await planWith({ CLOUDSDK_CONFIG: directory.path })).toEqual({
      scopes: [],
      problems: [],
    });
  });

  test('somebody who named a file that is not there does', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'none.json');
    const { scopes, problems } = await planWith({ GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(scopes).toEqual([]);
    expect(problems).toMatchObject([{ provider: 'gcp' }]);
  });

  test('a key file names its project', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'key.json');
    const key = { type: 'service_account', project_id: 'of-the-key', client_email: 'a@b.c' };
    await writeFile(file, JSON.stringify({ ...key, private_key: 'hunter2' }));
    const found = await planWith({ GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(accounts(found)).toEqual(['of-the-key']);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
