import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PlannedScope } from '../../model/provider.ts';
import type { AnyResourceType, Page } from '../../model/resource-type.ts';
import { type Sources, sourcesSchema } from '../../model/sources.ts';
import { createKubernetesProvider } from '../../providers/kubernetes/provider.ts';
import { resourceType as services } from '../../providers/kubernetes/resources/kubernetes-service.ts';
import { resourceType as accounts } from '../../providers/kubernetes/resources/kubernetes-service-account.ts';
import { type Kubernetes, startKubernetes } from '../support/emulators/kubernetes.ts';
import { ADMIN } from '../support/emulators/kubernetes-credentials.ts';
import { grantRoles, PARTIAL, READER } from './discovery-readers.ts';

/** Two whole pages and a part of a third. */
const ACCOUNTS = 1_200;
const PATH = '/api/v1/namespaces/default/serviceaccounts';
const { signal } = new AbortController();

let server: Kubernetes;
let scope: PlannedScope;
let sources: Sources;
const provider = createKubernetesProvider({});

beforeAll(async () => {
  server = await startKubernetes([READER, PARTIAL]);
  await grantRoles(server);
  const names = Array.from({ length: ACCOUNTS }, (_, index) => accountName(index));
  await server.create(names.map((name) => ({ path: PATH, object: { metadata: { name } } })));
  sources = await sourcesOf({ reader: READER });
  const plan = await provider.planScopes({ sources, hosts: [], signal });
  expect(plan).toMatchObject({ problems: [], scopes: [{ account_name: 'reader' }] });
  [scope] = plan.scopes as [PlannedScope];
}, 1_800_000);
afterAll(() => server?.close());

function accountName(index: number): string {
  return `account-${String(index).padStart(4, '0')}`;
}

async function sourcesOf(contexts: Record<string, string>): Promise<Sources> {
  const kubeconfig = await server.kubeconfig(contexts);
  return sourcesSchema.parse({ kubernetes: { kubeconfig } });
}

const namesIn = (page: Page) =>
  page.records.map((record) => accounts.record.parse(record).metadata.name);

/** Lists all accounts; what `between` does happens after the first page. */
async function listAccounts(between: () => Promise<void> = async () => {}): Promise<string[][]> {
  const client = await provider.connect(scope, sources);
  try {
    const pages: string[][] = [];
    let token: string | null = null;
    do {
      const page: Page = await accounts.listPage(client, token, signal);
      pages.push(namesIn(page));
      if (token === null) await between();
      token = page.next_page_token;
    } while (token !== null);
    return pages;
  } finally {
    await provider.disconnect(client);
  }
}

test('pages are followed to the end, and together are what there is', async () => {
  const pages = await listAccounts();
  expect(pages.map((page) => page.length)).toEqual([500, 500, 200]);
  expect(pages.flat()).toEqual(Array.from({ length: ACCOUNTS }, (_, index) => accountName(index)));
});

test('all pages are of the moment of the first: what comes and goes meanwhile changes none', async () => {
  const before = (await listAccounts()).flat();
  const during = await listAccounts(async () => {
    await server.create([{ path: PATH, object: { metadata: { name: 'zz-new' } } }]);
    await server.call('DELETE', `${PATH}/${accountName(ACCOUNTS - 1)}`);
  });
  expect(during.flat()).toEqual(before);
});

test('what was made a moment ago is listed: the store is asked, not a cache', async () => {
  for (let round = 0; round < 20; round++) {
    const name = `zz-round-${round}`;
    await server.create([{ path: PATH, object: { metadata: { name } } }]);
    expect((await listAccounts()).flat()).toContain(name);
    await server.call('DELETE', `${PATH}/${name}`);
    expect((await listAccounts()).flat()).not.toContain(name);
  }
});

test('a token that the server has forgotten is a fault of its own kind', async () => {
  const error = await listAccounts(() => server.compact()).catch((thrown: unknown) => thrown);
  expect(provider.toFault(error, accounts as unknown as AnyResourceType)).toMatchObject({
    kind: 'expired',
    code: 'Expired',
    missing_permission: null,
  });
});

test('a refusal names what to grant', async () => {
  const nobody = await server.kubeconfig({ partial: PARTIAL, admin: ADMIN });
  const own = sourcesSchema.parse({ kubernetes: { kubeconfig: nobody, contexts: ['partial'] } });
  const client = await provider.connect(scope, own);
  const error = await client.list('/api/v1/pods', null, signal).catch((thrown: unknown) => thrown);
  await provider.disconnect(client);
  expect(provider.toFault(error, services as unknown as AnyResourceType)).toMatchObject({
    kind: 'denied',
    code: 'Forbidden',
    missing_permission: 'core/pods:list',
  });
});

test('a token that is none is told as such, without a word of it', async () => {
  const plan = await provider.planScopes({
    sources: await sourcesOf({ stranger: 'nobody' }),
    hosts: [],
    signal,
  });
  expect(plan.scopes).toEqual([]);
  expect(plan.problems).toEqual([
    {
      code: 'Unauthorized',
      message: 'The cluster of context "stranger" cannot be identified: Unauthorized',
      provider: 'kubernetes',
      account: null,
    },
  ]);
});

test('a certificate that is not trusted is no reason to try again', async () => {
  const kubeconfig = await server.kubeconfig({ reader: READER }, { authority: false });
  const untrusted = sourcesSchema.parse({ kubernetes: { kubeconfig } });
  const { problems } = await provider.planScopes({ sources: untrusted, hosts: [], signal });
  expect(problems.map(({ code }) => code)).toEqual(['SELF_SIGNED_CERT_IN_CHAIN']);
});

test('in a pod, its own account leads to the cluster that it runs in', async () => {
  const { root, environment } = await server.podFiles(READER);
  // The client library reads these of the process itself.
  Object.assign(process.env, environment);
  const inPod = createKubernetesProvider({ ...environment, HOME: root }, root);
  const own = sourcesSchema.parse({});
  const { scopes, problems } = await inPod.planScopes({ sources: own, hosts: [], signal });
  for (const name of Object.keys(environment)) delete process.env[name];
  expect(problems).toEqual([]);
  expect(scopes.map(({ account, account_name }) => [account, account_name])).toEqual([
    [scope.account, 'in-cluster'],
  ]);
  const client = await inPod.connect(scope, own);
  expect((await accounts.listPage(client, null, signal)).records).toHaveLength(500);
  await inPod.disconnect(client);
});

test('two contexts of the cluster are one scope', async () => {
  const twice = await sourcesOf({ one: READER, two: ADMIN });
  const { scopes } = await provider.planScopes({ sources: twice, hosts: [], signal });
  expect(scopes.map(({ account, account_name }) => [account, account_name])).toEqual([
    [scope.account, 'one'],
  ]);
});
