import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { ScopePlan } from '../../../model/provider.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { createAzureProvider } from '../../../providers/azure/provider.ts';
import { type AzureEstate, NOT_CANCELLED, SUBSCRIPTION, startAzureEstate } from './azure-estate.ts';

const OTHER = '00000000-0000-4000-8000-00000000000b';
const READ = 'Microsoft.Resources/subscriptions/read';

let estate: AzureEstate;
beforeAll(async () => {
  estate = await startAzureEstate({ subscriptions: [SUBSCRIPTION, OTHER] });
});
afterEach(() => estate.setFaults({}));
afterAll(() => estate?.close());

function plan(azure?: object, environment: NodeJS.ProcessEnv = process.env): Promise<ScopePlan> {
  const sources = sourcesSchema.parse(azure ? { azure } : {});
  return createAzureProvider(environment).planScopes({ sources, hosts: [], signal: NOT_CANCELLED });
}

const scope = (account: string) => ({
  provider: 'azure',
  account,
  account_name: `Synthetic ${account.slice(0, 8)}`,
  region: 'global',
  level: 'account',
  task_queue: null,
});

test('every subscription that they reach is a scope', async () => {
  expect(await plan()).toEqual({ scopes: [scope(SUBSCRIPTION), scope(OTHER)], problems: [] });
});

test('or those that are configured, in whatever case, each once', async () => {
  const { scopes } = await plan({ subscriptions: [OTHER.toUpperCase(), OTHER] });
  expect(scopes).toEqual([scope(OTHER)]);
});

test('one that does not answer is a problem, and the rest is planned', async () => {
  const gone = '99999999-9999-4999-8999-999999999999';
  const { scopes, problems } = await plan({ subscriptions: [SUBSCRIPTION, gone] });
  expect(scopes).toEqual([scope(SUBSCRIPTION)]);
  expect(problems).toEqual([
    {
      code: 'SubscriptionNotFound',
      message: expect.stringContaining(`${gone} cannot be read`),
      provider: 'azure',
      account: gone,
    },
  ]);
});

test('a refusal names what to grant', async () => {
  await estate.setFaults({ denied: [{ operation: READ }] });
  const { scopes, problems } = await plan({});
  expect(scopes).toEqual([]);
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'AuthorizationFailed',
      message: expect.stringContaining(`Missing permission: ${READ}.`),
    }),
  ]);
});

test('a Resource Manager that nobody answers at is a problem', async () => {
  const nobody = { ...process.env, AZURE_RESOURCE_MANAGER_URL: 'https://127.0.0.1:1' };
  const { problems } = await plan({}, nobody);
  expect(problems).toEqual([expect.objectContaining({ code: 'ECONNREFUSED', account: null })]);
});
