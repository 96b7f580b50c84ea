import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { certificatesOf, elbv2Tags, GONE_CODES, listenersOf } from '../elbv2-calls.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { listener, shownListeners } from '../listeners.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Calls follow for each load balancer: a page is some seconds of work. */
const LOAD_BALANCERS_A_PAGE = 100;
const LOAD_BALANCERS_AT_ONCE = 5;

/** Every code of ELBv2's `LoadBalancerState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  provisioning: 'planned',
  active: 'active',
  // It serves, and lacks what it needs to grow.
  active_impaired: 'active',
  failed: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_elbv2_load_balancer',
  provider: 'aws',
  ci_types: ['load_balancer'],
  summary:
    'An application, network or gateway load balancer with its listeners; its target groups tell what it depends on.',
  permissions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeListenerCertificates',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeTags',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeLoadBalancersCommand({
      PageSize: LOAD_BALANCERS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws
      .service(ElasticLoadBalancingV2Client)
      .send(command, { abortSignal: signal });
    const balancers = page.LoadBalancers ?? [];
    const arns = balancers.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
    const tags = await elbv2Tags(aws, arns, signal);
    const limit = pLimit(LOAD_BALANCERS_AT_ONCE);
    const records = await limit.map(balancers, async (balancer) => {
      const { details, ...listened } = await withListeners(aws, balancer, signal);
      return {
        ...balancer,
        ...listened,
        Tags: tags.value?.get(balancer.LoadBalancerArn ?? ''),
        DeniedReads: deniedReads([tags, ...details]),
      };
    });
    return { records, next_page_token: page.NextMarker || null };
  },

  record: z.object({
    LoadBalancerArn: z.string(),
    LoadBalancerName: text,
    DNSName: text,
    Type: text,
    Scheme: text,
    State: z.object({ Code: text, Reason: text }).nullish(),
    VpcId: text,
    IpAddressType: text,
    CreatedTime: instant,
    AvailabilityZones: listOf(
      z.object({
        ZoneName: text,
        SubnetId: text,
        LoadBalancerAddresses: listOf(z.object({ AllocationId: text })),
      }),
    ),
    SecurityGroups: listOf(z.string()),
    Listeners: listOf(listener),
    CertificateArns: z.array(z.string()),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'LoadBalancerArn'),

  toItem(record, scope) {
    const name = record.LoadBalancerName ?? record.LoadBalancerArn;
    return {
      ci_type: 'load_balancer',
      name,
      display_name: record.Tags.Name || name,
      status: STATUSES[record.State?.Code ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.LoadBalancerArn,
      fqdn: record.DNSName,
      ...described(record.Tags, [record.LoadBalancerName]),
      attributes: {
        load_balancer_type: record.Type,
        scheme: record.Scheme,
        vpc_id: record.VpcId,
        availability_zones: record.AvailabilityZones.flatMap(
          ({ ZoneName }) => ZoneName ?? [],
        ).sort(),
        ip_address_type: record.IpAddressType,
        listeners: shownListeners(record.Listeners),
        certificate_arns: record.CertificateArns,
        create_time: record.CreatedTime,
        state: record.State?.Code ?? null,
        state_reason: record.State?.Reason ?? null,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ LoadBalancerArn, DNSName }) => [LoadBalancerArn, ...(DNSName ? [dnsKey(DNSName)] : [])],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    has_address: { type: 'uses', target: 'aws_elastic_ip', spread: 'forward' },
    // One that ends takes its host names with it.
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references(record) {
    // Zones stand in for each other, and so do the addresses in them.
    const together = (kind: string) => ({
      redundancy_group: `${record.LoadBalancerArn} ${kind}`,
      min_up: 1,
    });
    return [
      ...refer('in_vpc', record.VpcId, idKey),
      ...record.AvailabilityZones.flatMap(({ SubnetId, ZoneName }) =>
        refer('in_subnet', SubnetId, idKey, {
          ...together('subnets'),
          attributes: { availability_zone: ZoneName },
        }),
      ),
      ...record.SecurityGroups.flatMap((groupId) => refer('guarded_by', groupId, idKey)),
      ...record.AvailabilityZones.flatMap(({ LoadBalancerAddresses }) =>
        LoadBalancerAddresses.flatMap(({ AllocationId }) =>
          refer('has_address', AllocationId, idKey, together('addresses')),
        ),
      ),
      ...record.CertificateArns.flatMap((arn) => refer('secured_by', arn)),
    ];
  },
  volatile: [],
});

async function withListeners(aws: AwsClient, balancer: LoadBalancer, signal: AbortSignal) {
  const listeners = await readDetail(
    'elasticloadbalancing:DescribeListeners',
    () => listenersOf(aws, balancer.LoadBalancerArn, signal),
    GONE_CODES,
  );
  const certificates = await readDetail(
    'elasticloadbalancing:DescribeListenerCertificates',
    () => certificatesOf(aws, listeners.value ?? [], signal),
    GONE_CODES,
  );
  const defaults = (listeners.value ?? []).flatMap(({ Certificates }) =>
    (Certificates ?? []).flatMap(({ CertificateArn }) => CertificateArn ?? []),
  );
  return {
    Listeners: listeners.value ?? [],
    CertificateArns: certificates.value ?? [...new Set(defaults)].sort(),
    details: [listeners, certificates],
  };
}
