import { expect, test } from '@jest/globals';
import { sourcesSchema } from '../../../model/sources.ts';
import { createAzureProvider } from '../../../providers/azure/provider.ts';
import { NOT_CANCELLED } from './azure-estate.ts';

/*
 * In a file of its own: the SDK keeps the tokens of a managed identity for the whole process, and
 * another test's would still be there.
 */

/** Nobody is signed on here, whatever the environment of whoever runs the tests says. */
for (const name of Object.keys(process.env)) {
  if (/^(AZURE|IDENTITY|MSI)_/.test(name)) delete process.env[name];
}
// The identity's metadata service of a machine in Azure, which a test must not find.
process.env.AZURE_TOKEN_CREDENTIALS = 'EnvironmentCredential';

function plan(azure?: object) {
  const sources = sourcesSchema.parse(azure ? { azure } : {});
  const provider = createAzureProvider(process.env);
  return provider.planScopes({ sources, hosts: [], signal: NOT_CANCELLED });
}

test('without sources there is nothing to do and nothing to say', async () => {
  const started = Date.now();
  expect(await plan()).toEqual({ scopes: [], problems: [] });
  expect(Date.now() - started).toBeLessThan(3_000);
});

test('sources that want Azure make it a problem', async () => {
  const { scopes, problems } = await plan({});
  expect(scopes).toEqual([]);
  expect(problems).toEqual([
    expect.objectContaining({ provider: 'azure', code: 'CredentialUnavailableError' }),
  ]);
});
