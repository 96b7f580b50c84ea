import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Member of `system:masters`, whom RBAC refuses nothing. */
export const ADMIN = 'admin';

/** Writes who may sign in, for the API server to read. */
export async function writeCredentials(
  directory: string,
  tokens: ReadonlyMap<string, string>,
): Promise<void> {
  const lines = [...tokens].map(([user, token]) =>
    user === ADMIN ? `${token},${user},${user},system:masters` : `${token},${user},${user}`,
  );
  await writeFile(join(directory, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(join(directory, 'service-account.key'), key, { mode: 0o600 });
}

/** @param directory null to leave out the authority that signed the server's certificate */
export function kubeconfigText(
  directory: string | null,
  server: string,
  contexts: Readonly<Record<string, string>>,
  tokens: ReadonlyMap<string, string>,
): string {
  const authority =
    directory === null
      ? {}
      : { 'certificate-authority': join(directory, 'certificates', 'apiserver.crt') };
  const names = Object.entries(contexts);
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map(([name]) => ({
      name,
      cluster: { server, ...authority },
    })),
    users: names.map(([name, user]) => ({
      name,
      user: { token: tokens.get(user) ?? 'not-a-token' },
    })),
    contexts: names.map(([name]) => ({ name, context: { cluster: name, user: name } })),
    'current-context': names[0]?.[0],
  });
}

/** Writes what a pod finds of its service account. */
export async function writePodFiles(directory: string, port: number, token: string) {
  const root = join(directory, 'pod');
  const files = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(files, { recursive: true });
  await writeFile(join(files, 'token'), token, { mode: 0o600 });
  await copyFile(join(directory, 'certificates', 'apiserver.crt'), join(files, 'ca.crt'));
  const environment = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(port),
  };
  return { root, environment };
}
