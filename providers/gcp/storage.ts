import type { Storage } from '@google-cloud/storage';
import type { Page } from '../../model/resource-type.ts';
import { CALL_TIMEOUT_MS, type Connection, type GcpClient } from './client.ts';
import { page } from './pages.ts';
import { completenessSchema, incompleteReason } from './partial.ts';

/** One page of the buckets of the project, as the API answers them. */
export async function listBuckets(
  gcp: GcpClient,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const answer = await gcp.spend(
    'storage',
    async (connection) => {
      const storage = await storageOf(connection);
      const query = {
        project: gcp.project,
        maxResults: 500,
        projection: 'noAcl',
        // Without it one location out of reach fails the whole call.
        returnPartialSuccess: true,
        autoPaginate: false,
        ...(pageToken !== null && { pageToken }),
      };
      const [, , answered] = await storage.getBuckets(query);
      return answered as { items?: unknown[]; nextPageToken?: string };
    },
    signal,
  );
  const completeness = completenessSchema.parse(answer);
  return page(answer.items ?? [], answer.nextPageToken, incompleteReason(completeness));
}

async function storageOf({ authClient, endpoint }: Connection): Promise<Storage> {
  const { Storage } = await import('@google-cloud/storage');
  return new Storage({
    authClient,
    retryOptions: { autoRetry: false },
    timeout: CALL_TIMEOUT_MS,
    ...(endpoint && { apiEndpoint: endpoint.origin }),
  });
}
