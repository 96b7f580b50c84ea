import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Synthetic } from './start.ts';

const TOKEN = 'synthetic';

/**
 * The variables by which a worker finds the synthetic providers, as it would find the real ones. Azure
 * is there only where it is served over TLS.
 *
 * @param directory where to keep the files that some of them name
 */
export async function syntheticCredentials(
  { url, tls }: Pick<Synthetic, 'url' | 'tls'>,
  directory: string,
): Promise<Record<string, string>> {
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(url), { mode: 0o600 });
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: TOKEN,
    AWS_SECRET_ACCESS_KEY: TOKEN,
    CMDB_GCP_ENDPOINT_URL: url,
    GOOGLE_CLOUD_PROJECT: 'synthetic-1',
    KUBECONFIG: kubeconfig,
    ...(tls ? await azureCredentials(url, tls, directory) : {}),
  };
}

async function azureCredentials(
  url: string,
  tls: NonNullable<Synthetic['tls']>,
  directory: string,
): Promise<Record<string, string>> {
  const certificate = join(directory, 'certificate.pem');
  await writeFile(certificate, tls.certificate);
  return {
    AZURE_RESOURCE_MANAGER_URL: tls.url,
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${url}/azure/token`,
    IDENTITY_HEADER: TOKEN,
    NODE_EXTRA_CA_CERTS: certificate,
  };
}

function kubeconfigOf(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'synthetic',
    // The client refuses a server without TLS otherwise.
    clusters: [{ name: 'synthetic', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'synthetic', user: { token: TOKEN } }],
    contexts: [{ name: 'synthetic', context: { cluster: 'synthetic', user: 'synthetic' } }],
  });
}
