import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClient } from './client.ts';
import { loadBalancerTags } from './load-balancer-tags.ts';

/** The codes by which ELBv2 says that something was deleted since it was listed. */
export const GONE_CODES: readonly string[] = [
  'ListenerNotFound',
  'ListenerNotFoundException',
  'LoadBalancerNotFound',
  'LoadBalancerNotFoundException',
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
];

const PAGE_SIZE = 400;
/** The protocols whose listeners have certificates. */
const SECURE_PROTOCOLS: readonly string[] = ['HTTPS', 'TLS'];

/** The tags of load balancers or target groups by their ARNs. */
export function elbv2Tags(aws: AwsClient, arns: readonly string[], signal: AbortSignal) {
  const elb = aws.service(ElasticLoadBalancingV2Client);
  return loadBalancerTags(arns, GONE_CODES, async (ResourceArns) => {
    const answer = await elb.send(new DescribeTagsCommand({ ResourceArns }), {
      abortSignal: signal,
    });
    return new Map(
      (answer.TagDescriptions ?? []).map(({ ResourceArn, Tags }) => [
        ResourceArn ?? '',
        Tags ?? [],
      ]),
    );
  });
}

/** The listeners of a load balancer. */
export async function listenersOf(
  aws: AwsClient,
  loadBalancerArn: string | undefined,
  signal: AbortSignal,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  let marker: string | undefined;
  do {
    const page = await aws.service(ElasticLoadBalancingV2Client).send(
      new DescribeListenersCommand({
        LoadBalancerArn: loadBalancerArn,
        PageSize: PAGE_SIZE,
        Marker: marker,
      }),
      { abortSignal: signal },
    );
    listeners.push(...(page.Listeners ?? []));
    marker = page.NextMarker;
  } while (marker);
  return listeners;
}

/**
 * Every certificate of the listeners; the listing of a listener tells only its default.
 *
 * @returns ARNs, sorted
 */
export async function certificatesOf(
  aws: AwsClient,
  listeners: readonly Listener[],
  signal: AbortSignal,
): Promise<string[]> {
  const arns = new Set<string>();
  for (const { ListenerArn, Protocol, Certificates } of listeners) {
    for (const { CertificateArn } of Certificates ?? [])
      if (CertificateArn) arns.add(CertificateArn);
    if (!SECURE_PROTOCOLS.includes(Protocol ?? '')) continue;
    let marker: string | undefined;
    do {
      const page = await aws.service(ElasticLoadBalancingV2Client).send(
        new DescribeListenerCertificatesCommand({
          ListenerArn,
          PageSize: PAGE_SIZE,
          Marker: marker,
        }),
        { abortSignal: signal },
      );
      for (const { CertificateArn } of page.Certificates ?? []) {
        if (CertificateArn) arns.add(CertificateArn);
      }
      marker = page.NextMarker;
    } while (marker);
  }
  return [...arns].sort();
}
