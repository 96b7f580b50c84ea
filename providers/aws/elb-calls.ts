import {
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import type { AwsClient } from './client.ts';
import { loadBalancerTags } from './load-balancer-tags.ts';

/** The codes by which the API of classic load balancers says that one was deleted meanwhile. */
export const ELB_GONE_CODES: readonly string[] = [
  'AccessPointNotFoundException',
  'LoadBalancerNotFound',
  'LoadBalancerNotFoundException',
];

/** The tags of classic load balancers by their names. */
export function elbTags(aws: AwsClient, names: readonly string[], signal: AbortSignal) {
  const elb = aws.service(ElasticLoadBalancingClient);
  return loadBalancerTags(names, ELB_GONE_CODES, async (LoadBalancerNames) => {
    const answer = await elb.send(new DescribeTagsCommand({ LoadBalancerNames }), {
      abortSignal: signal,
    });
    return new Map(
      (answer.TagDescriptions ?? []).map((one) => [one.LoadBalancerName ?? '', one.Tags ?? []]),
    );
  });
}
