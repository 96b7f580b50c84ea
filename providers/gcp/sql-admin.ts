import { GoogleAuth } from 'google-auth-library';
import type { Page } from '../../model/resource-type.ts';
import { CALL_TIMEOUT_MS, type GcpClient } from './client.ts';
import { page } from './pages.ts';

/** One page of the Cloud SQL instances of the project, as the API answers them. */
export async function listSqlInstances(
  gcp: GcpClient,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const { data } = await gcp.spend(
    'sqladmin',
    async ({ authClient, endpoint }) => {
      const { sqladmin } = await import('@googleapis/sqladmin');
      const api = sqladmin({
        version: 'v1',
        auth: new GoogleAuth({ authClient }),
        ...(endpoint && { rootUrl: endpoint.href }),
      });
      return api.instances.list(
        {
          project: gcp.project,
          maxResults: 500,
          ...(pageToken !== null && { pageToken }),
        },
        { retry: false, timeout: CALL_TIMEOUT_MS, signal },
      );
    },
    signal,
  );
  const warnings = (data.warnings ?? []).map(
    ({ code, message, region }) => `${region ? `${region}: ` : ''}${message ?? code}`,
  );
  return page(
    data.items ?? [],
    data.nextPageToken,
    warnings.length > 0 ? warnings.join(' ') : undefined,
  );
}
