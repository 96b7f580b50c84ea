import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { SourceFault } from '../../../model/provider.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import { KubernetesClient } from '../../../providers/kubernetes/client.ts';
import { toKubernetesFault } from '../../../providers/kubernetes/errors.ts';
import { createKubernetesProvider } from '../../../providers/kubernetes/provider.ts';
import { resourceType as deployment } from '../../../providers/kubernetes/resources/kubernetes-deployment.ts';
import { resourceType as httpRoute } from '../../../providers/kubernetes/resources/kubernetes-http-route.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { type Answer, CLUSTER_UID, listAll, recorded, SCOPE, startReplay } from './replay.ts';

const { signal } = new AbortController();
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';
const DEPLOYMENTS = '/apis/apps/v1/deployments';
const NOWHERE = 'https://127.0.0.1:65431';

/** An environment in which nobody has a kubeconfig. */
const BARE = { HOME: '/nonexistent' };

const plan = (sources: Sources, environment: NodeJS.ProcessEnv = BARE) =>
  createKubernetesProvider(environment).planScopes({ sources, hosts: [], signal });

describe('planning', () => {
  test('two contexts of one cluster are one scope, told by the UID of kube-system', async () => {
    await using replay = await startReplay();
    const { scopes, problems } = await plan(await replay.sources(['prod-eu', 'admin@prod']));
    expect(problems).toEqual([]);
    expect(scopes).toEqual([SCOPE]);
    expect(replay.asked).toEqual([KUBE_SYSTEM, KUBE_SYSTEM]);
  });

  test('only the listed contexts are entered, and one that is not there is a problem', async () => {
    await using replay = await startReplay();
    const sources = await replay.sources(['prod-eu', 'other'], { contexts: ['other', 'gone'] });
    const { scopes, problems } = await plan(sources);
    expect(scopes.map(({ account_name }) => account_name)).toEqual(['other']);
    expect(problems).toEqual([
      {
        code: 'unknown_context',
        message: 'The kubeconfig has no context "gone".',
        provider: 'kubernetes',
        account: null,
      },
    ]);
  });

  test('a context that cannot be reached is a problem of that one', async () => {
    await using replay = await startReplay();
    using directory = temporaryDirectory();
    const file = join(directory.path, 'second');
    await writeFile(file, kubeconfig({ down: { server: NOWHERE } }));
    const first = (await replay.sources()).kubernetes?.kubeconfig;
    const environment = { ...BARE, KUBECONFIG: `${first}:${file}:${directory.path}/absent` };
    const { scopes, problems } = await plan(sourcesSchema.parse({}), environment);
    expect(scopes).toEqual([SCOPE]);
    expect(problems).toEqual([
      {
        code: 'ECONNREFUSED',
        message:
          'The cluster of context "down" cannot be identified: 127.0.0.1:65431 cannot be reached (ECONNREFUSED).',
        provider: 'kubernetes',
        account: null,
      },
    ]);
  });

  test('one that may not read its identity is told which permission is missing', async () => {
    const message =
      'namespaces "kube-system" is forbidden: User "reader" cannot get resource "namespaces" in API group "" in the namespace "kube-system"';
    await using replay = await startReplay(() => status(403, 'Forbidden', message));
    const { scopes, problems } = await plan(await replay.sources());
    expect(scopes).toEqual([]);
    expect(problems[0]?.code).toBe('Forbidden');
    expect(problems[0]?.message).toContain('Missing permission: core/namespaces:get.');
  });

  test('with sources that want it, having no way into a cluster is a problem', async () => {
    const { scopes, problems } = await plan(sourcesSchema.parse({ kubernetes: {} }));
    expect(scopes).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['no_kubeconfig']);
  });

  test('without kubeconfig and sources there is nothing to do and nothing to say', async () => {
    expect(await plan(sourcesSchema.parse({}))).toEqual({ scopes: [], problems: [] });
  });

  test('a kubeconfig that is none is a problem, and nothing of it is repeated', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'config');
    await writeFile(file, 'users: [{token: hunter2');
    const sources = sourcesSchema.parse({ kubernetes: { kubeconfig: file } });
    const { scopes, problems } = await plan(sources);
    expect(scopes).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['bad_kubeconfig']);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('a server without TLS that was not allowed is told of the address, not of credentials', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'config');
    await writeFile(file, kubeconfig({ plain: { server: 'http://127.0.0.1:65431' } }));
    const sources = sourcesSchema.parse({ kubernetes: { kubeconfig: file } });
    const { scopes, problems } = await plan(sources);
    expect(scopes).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['bad_kubeconfig']);
    expect(problems[0]?.message).toContain('insecure-skip-tls-verify');
  });

  test.each([
    ['one that fails', '#!/bin/sh\necho token hunter2 >&2\nexit 1\n', 'plugin or file'],
    ['one that is not there', null, 'is not there'],
  ])(
    'a credential plugin, %s, is a problem, and what it printed is not',
    async (_, script, told) => {
      using directory = temporaryDirectory();
      const command = join(directory.path, 'plugin');
      if (script !== null) {
        await writeFile(command, script);
        await chmod(command, 0o755);
      }
      const file = join(directory.path, 'config');
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
      await writeFile(file, kubeconfig({ one: { server: NOWHERE, user: { exec } } }));
      const { problems } = await plan(sourcesSchema.parse({ kubernetes: { kubeconfig: file } }));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.code).toBe('credentials_unavailable');
      expect(problems[0]?.message).toContain(told);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    },
  );
});

describe('entering a cluster', () => {
  test('by whichever of its contexts leads there', async () => {
    await using replay = await startReplay();
    const sources = await replay.sources(['prod-eu']);
    const provider = createKubernetesProvider(BARE);
    await provider.disconnect(await provider.connect(SCOPE, sources));
    expect(replay.asked).toEqual([KUBE_SYSTEM]);
  });

  test('another cluster that has taken its address over is not listed in its name', async () => {
    await using replay = await startReplay((path) =>
      path === KUBE_SYSTEM ? { status: 200, body: '{"metadata":{"uid":"another"}}' } : null,
    );
    const connecting = createKubernetesProvider(BARE).connect(SCOPE, await replay.sources());
    await expect(connecting).rejects.toMatchObject({ code: 'no_way_to_cluster' });
  });
});

describe('listing', () => {
  test('goes page by page, with the token that the page before gave', async () => {
    const whole = await recorded(DEPLOYMENTS);
    await using replay = await startReplay((path, query) => {
      if (path !== DEPLOYMENTS) return null;
      const from = Number(query.get('continue') ?? 0);
      const items = whole.items.slice(from, from + 2);
      const next = from + 2 < whole.items.length ? String(from + 2) : undefined;
      return { status: 200, body: JSON.stringify({ metadata: { continue: next }, items }) };
    });
    const records = await listAll(deployment as unknown as AnyResourceType, replay);
    expect(records).toEqual(whole.items);
    expect(replay.asked.slice(1)).toEqual([
      `${DEPLOYMENTS}?limit=500`,
      `${DEPLOYMENTS}?limit=500&continue=2`,
    ]);
  });

  test('a kind that nobody has installed has no objects', async () => {
    await using replay = await startReplay((path) =>
      path.includes('gateway') ? { status: 404, body: '404 page not found' } : null,
    );
    expect(await listAll(httpRoute as unknown as AnyResourceType, replay)).toEqual([]);
  });

  test.each([
    [status(410, 'Expired', 'too old'), { kind: 'expired', code: 'Expired' }],
    [status(400, 'BadRequest', 'continue key is not valid'), { kind: 'expired' }],
    [status(400, 'BadRequest', 'odd'), { kind: 'permanent', code: 'BadRequest' }],
    [status(401, 'Unauthorized', 'Unauthorized'), { kind: 'permanent', code: 'Unauthorized' }],
    [
      status(
        403,
        'Forbidden',
        'User "x" cannot list resource "deployments" in API group "apps" at the cluster scope',
      ),
      { kind: 'denied', missing_permission: 'apps/deployments:list' },
    ],
    [
      status(403, 'Forbidden', 'no'),
      { kind: 'denied', missing_permission: 'apps/deployments:list' },
    ],
    [
      { ...status(429, 'TooManyRequests', 'later'), headers: { 'retry-after': '7' } },
      { kind: 'throttled', retry_after_ms: 7000 },
    ],
    [status(503, 'ServiceUnavailable', 'etcd'), { kind: 'transient', code: 'ServiceUnavailable' }],
    [
      { status: 502, body: '<html>' },
      { kind: 'transient', code: 'HTTP_502' },
    ],
    [
      { status: 200, body: '<html>' },
      { kind: 'transient', code: 'bad_answer' },
    ],
  ])('a fault is told as what it is: %j', async (answer, expected) => {
    await using replay = await startReplay((path) => (path === DEPLOYMENTS ? answer : null));
    const fault = await faultOf(replay);
    expect(fault).toMatchObject(expected);
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });

  test('one that is cancelled asks nobody', async () => {
    await using replay = await startReplay();
    const provider = createKubernetesProvider(BARE);
    const client = await provider.connect(SCOPE, await replay.sources());
    const asked = replay.asked.length;
    await expect(deployment.listPage(client, null, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(replay.asked).toHaveLength(asked);
    await provider.disconnect(client);
  });
});

test('a server that does not answer in time is tried again', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'silent', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'reader' },
  );
  const client = new KubernetesClient(config);
  const error = await client.get('/version', AbortSignal.timeout(50)).catch((thrown) => thrown);
  expect(toKubernetesFault(error, [])).toMatchObject({ kind: 'transient', code: 'TimeoutError' });
  silent.closeAllConnections();
  await client.close();
  await new Promise((resolve) => silent.close(resolve));
});

async function faultOf(replay: Awaited<ReturnType<typeof startReplay>>): Promise<SourceFault> {
  const type = deployment as unknown as AnyResourceType;
  const error = await listAll(type, replay).catch((thrown: unknown) => thrown);
  return createKubernetesProvider(BARE).toFault(error, type);
}

function status(code: number, reason: string, message: string): Answer {
  return { status: code, body: JSON.stringify({ kind: 'Status', reason, message, code }) };
}

function kubeconfig(contexts: Record<string, { server: string; user?: object }>): string {
  const entries = Object.entries(contexts);
  return JSON.stringify({
    clusters: entries.map(([name, { server }]) => ({ name, cluster: { server } })),
    users: entries.map(([name, { user }]) => ({ name, user: user ?? { token: 'hunter2' } })),
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  });
}

test('the account of a scope is the identity that was recorded', () => {
  expect(CLUSTER_UID).toMatch(/^[0-9a-f-]{36}$/);
});
