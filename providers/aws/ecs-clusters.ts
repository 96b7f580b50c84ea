import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import type { AwsClient } from './client.ts';

/** The most that ECS answers on one page, and the most that one of its calls describes. */
export const ECS_PAGE_SIZE = 100;
/** How ECS says that there is no such cluster (any more). */
export const ECS_CLUSTER_GONE = ['ClusterNotFoundException'];

/** The ARNs of the clusters in the region, read once a slice. */
export function ecsClusterArns(aws: AwsClient, signal: AbortSignal): Promise<readonly string[]> {
  return aws.memo('ecs clusters', async () => {
    const arns: string[] = [];
    let token: string | undefined;
    do {
      const page = await aws
        .service(ECSClient)
        .send(new ListClustersCommand({ maxResults: ECS_PAGE_SIZE, nextToken: token }), {
          abortSignal: signal,
        });
      arns.push(...(page.clusterArns ?? []));
      token = page.nextToken;
    } while (token);
    return arns;
  });
}

/** `shop` of `arn:aws:ecs:eu-west-1:111111111111:cluster/shop`. */
export function clusterNameOf(clusterArn: string): string {
  return clusterArn.slice(clusterArn.lastIndexOf('/') + 1);
}
