import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import type { AwsClient } from './client.ts';

/** The most that EKS answers on one page. */
export const EKS_PAGE_SIZE = 100;
/** Each cluster and node group is a call of its own: there is none for several. */
export const EKS_CALLS_AT_ONCE = 5;
/** How EKS says that there is no such cluster or node group. */
export const EKS_GONE = 'ResourceNotFoundException';

/** The names of the clusters in the region, read once a slice. */
export function eksClusterNames(aws: AwsClient, signal: AbortSignal): Promise<readonly string[]> {
  return aws.memo('eks clusters', async () => {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await aws
        .service(EKSClient)
        .send(new ListClustersCommand({ maxResults: EKS_PAGE_SIZE, nextToken: token }), {
          abortSignal: signal,
        });
      names.push(...(page.clusters ?? []));
      token = page.nextToken;
    } while (token);
    return names;
  });
}
