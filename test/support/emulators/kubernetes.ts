import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePrivatePort } from '../../../local/ports.ts';
import {
  ADMIN,
  kubeconfigText,
  writeCredentials,
  writePodFiles,
} from './kubernetes-credentials.ts';
import { obtainKubernetes } from './kubernetes-programs.ts';

const READY_WITHIN_MS = 120_000;

/**
 * Runs a program for as long as somebody holds the shell's standard input, and removes its
 * directory then: a test run that is killed leaves nothing behind.
 */
const UNTIL_INPUT_ENDS =
  'dir=$1; shift; "$@" & child=$!; cat > /dev/null; kill -9 $child; wait $child; rm -rf "$dir"';

/** What the API server answered. */
export interface KubernetesAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the objects of every kind, as tests write them
  body: any;
}

/** A control plane without nodes or controllers: whatever is in it was put there by the test. */
export interface Kubernetes extends AsyncDisposable {
  readonly url: string;
  /**
   * A kubeconfig file with a context for each name, all of the same cluster; without the authority
   * that signed its certificate where that is said.
   */
  kubeconfig(
    contexts: Readonly<Record<string, string>>,
    options?: { authority: boolean },
  ): Promise<string>;
  /** The files that a pod finds, signed in as a user, below a directory of their own. */
  podFiles(user: string): Promise<{ root: string; environment: Record<string, string> }>;
  call(method: string, path: string, body?: unknown, user?: string): Promise<KubernetesAnswer>;
  /** Makes objects, many at a time; each names its collection in `path`. */
  create(objects: Iterable<{ path: string; object: object }>): Promise<void>;
  /** Makes every continue token that was given so far expire, as time does within minutes. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts etcd and kube-apiserver with RBAC on free ports of this machine.
 *
 * @param users names that may sign in besides the administrator; what they may is up to the test
 */
export async function startKubernetes(users: readonly string[] = []): Promise<Kubernetes> {
  const programs = await obtainKubernetes((what) => process.stderr.write(`${what}\n`));
  const directory = await mkdtemp(join(tmpdir(), 'cmdb-agent-kubernetes-'));
  const tokens = new Map([ADMIN, ...users].map((user) => [user, randomBytes(16).toString('hex')]));
  const etcdPort = await choosePrivatePort(undefined);
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${await choosePrivatePort(undefined)}`;
  const port = await choosePrivatePort(undefined);
  const url = `https://127.0.0.1:${port}`;
  await writeCredentials(directory, tokens);

  const etcd = hold(directory, 'etcd', programs.etcd, [
    `--data-dir=${join(directory, 'data')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ]);
  const apiserver = hold(directory, 'kube-apiserver', programs.apiserver, [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'certificates')}`,
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(directory, 'service-account.key')}`,
    `--service-account-signing-key-file=${join(directory, 'service-account.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // It would write its own address, which a test machine may not have.
    '--endpoint-reconciler-type=none',
    // Nothing makes the service accounts that it would look for.
    '--disable-admission-plugins=ServiceAccount',
    // Tests compact by themselves; a cached copy of the past would answer on where time makes it expire.
    '--etcd-compaction-interval=0',
    '--feature-gates=ListFromCacheSnapshot=false',
  ]);
  const close = async (): Promise<void> => {
    agent.destroy();
    await apiserver();
    await etcd();
  };

  const agent = new Agent({ keepAlive: true, maxSockets: 16, rejectUnauthorized: false });
  const call: Kubernetes['call'] = (method, path, body, user = ADMIN) =>
    send(agent, tokens.get(user) ?? '', method, `${url}${path}`, body);
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(call))) {
    if (Date.now() > deadline) {
      const log = await readFile(join(directory, 'kube-apiserver.log'), 'utf8');
      await close();
      throw new Error(`kube-apiserver was not ready in time:\n${log.slice(-2_000)}`);
    }
    await sleep(200);
  }

  const create: Kubernetes['create'] = async (objects) => {
    const waiting = objects[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        const { path, object } = next.value;
        const made = await call('POST', path, object);
        if (made.status !== 201) throw new Error(`${path}: ${JSON.stringify(made.body)}`);
        // What controllers would report goes by a door of its own.
        if (!('status' in object)) continue;
        const { name } = made.body.metadata;
        const set = await call('PUT', `${path}/${name}/status`, {
          ...made.body,
          status: object.status,
        });
        if (set.status !== 200) throw new Error(`${path}/${name}: ${JSON.stringify(set.body)}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
  };

  return {
    url,
    call,
    create,
    async kubeconfig(contexts, { authority } = { authority: true }) {
      const path = join(directory, `kubeconfig-${randomBytes(4).toString('hex')}`);
      await writeFile(path, kubeconfigText(authority ? directory : null, url, contexts, tokens), {
        mode: 0o600,
      });
      return path;
    },
    podFiles: (user) => writePodFiles(directory, port, tokens.get(user) ?? ''),
    async compact() {
      // A list that is as new as the store would still be whole.
      const { header } = await post(`${etcdUrl}/v3/kv/put`, { key: btoa('/test'), value: '' });
      await post(`${etcdUrl}/v3/kv/compaction`, { revision: header.revision, physical: true });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Starts a program, and returns what ends it. */
function hold(
  directory: string,
  name: string,
  program: string,
  args: readonly string[],
): () => Promise<void> {
  const log = openSync(join(directory, `${name}.log`), 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', UNTIL_INPUT_ENDS, 'sh', directory, program, ...args], {
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return async () => {
    child.stdin?.end();
    await ended;
  };
}

/** Ready for reading, and its own namespaces are made. */
async function isReady(call: Kubernetes['call']): Promise<boolean> {
  try {
    const ready = await call('GET', '/readyz');
    return ready.status === 200 && (await call('GET', KUBE_SYSTEM)).status === 200;
  } catch {
    // Nothing listens yet.
    return false;
  }
}

const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';

function send(
  agent: Agent,
  token: string,
  method: string,
  url: string,
  body: unknown,
): Promise<KubernetesAnswer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      // Node announces no body of a DELETE by itself.
      'content-length': Buffer.byteLength(text),
    };
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      let answer = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        answer += part;
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: parsed(answer) }));
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text;
}

async function post(url: string, body: object) {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return JSON.parse(await answer.text());
}
