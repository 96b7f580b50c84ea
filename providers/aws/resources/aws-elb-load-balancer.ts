import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { ELB_GONE_CODES, elbTags } from '../elb-calls.ts';
import { count, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import type { MemberHealth } from '../target-health.ts';

/** A call follows for each load balancer: a page is some seconds of work. */
const LOAD_BALANCERS_A_PAGE = 100;
const LOAD_BALANCERS_AT_ONCE = 5;

/** Every state of an instance behind a classic load balancer. */
const HEALTH: Readonly<Record<string, MemberHealth>> = {
  InService: 'healthy',
  OutOfService: 'unhealthy',
  Unknown: 'unknown',
};

export const resourceType = defineResourceType({
  name: 'aws_elb_load_balancer',
  provider: 'aws',
  ci_types: ['load_balancer'],
  summary: 'A classic load balancer with the instances behind it and their health.',
  permissions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeInstanceHealth',
    'elasticloadbalancing:DescribeTags',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const elb = aws.service(ElasticLoadBalancingClient);
    const options = { abortSignal: signal };
    const command = new DescribeLoadBalancersCommand({
      PageSize: LOAD_BALANCERS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await elb.send(command, options);
    const balancers = page.LoadBalancerDescriptions ?? [];
    const names = balancers.flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []);
    const tags = await elbTags(aws, names, signal);
    const limit = pLimit(LOAD_BALANCERS_AT_ONCE);
    const records = await limit.map(balancers, async (balancer) => {
      const { LoadBalancerName } = balancer;
      const health = await readDetail(
        'elasticloadbalancing:DescribeInstanceHealth',
        () => elb.send(new DescribeInstanceHealthCommand({ LoadBalancerName }), options),
        ELB_GONE_CODES,
      );
      return {
        ...balancer,
        Health: health.value?.InstanceStates ?? [],
        Tags: tags.value?.get(LoadBalancerName ?? ''),
        DeniedReads: deniedReads([tags, health]),
      };
    });
    return { records, next_page_token: page.NextMarker || null };
  },

  record: z.object({
    LoadBalancerName: z.string(),
    DNSName: text,
    Scheme: text,
    VPCId: text,
    AvailabilityZones: listOf(z.string()),
    Subnets: listOf(z.string()),
    SecurityGroups: listOf(z.string()),
    Instances: listOf(z.object({ InstanceId: z.string() })),
    ListenerDescriptions: listOf(
      z.object({
        Listener: z
          .object({
            Protocol: text,
            LoadBalancerPort: count,
            InstanceProtocol: text,
            InstancePort: count,
            SSLCertificateId: text,
          })
          .nullish(),
      }),
    ),
    HealthCheck: z.object({ Target: text, Interval: count }).nullish(),
    CreatedTime: instant,
    Health: z.array(z.object({ InstanceId: text, State: text, ReasonCode: text })),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record, scope) {
    const name = textAt(record, 'LoadBalancerName');
    return name && regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${name}`);
  },

  toItem(record, scope) {
    const states = record.Health.map(({ State }) => State);
    const isDown = states.length > 0 && states.every((state) => state === 'OutOfService');
    return {
      ci_type: 'load_balancer',
      name: record.LoadBalancerName,
      display_name: record.Tags.Name || record.LoadBalancerName,
      // The API tells no state of its own.
      status: isDown ? 'failed' : 'active',
      region: scope.region,
      external_id: record.LoadBalancerName,
      fqdn: record.DNSName,
      ...described(record.Tags, [record.LoadBalancerName]),
      attributes: {
        load_balancer_type: 'classic',
        scheme: record.Scheme,
        vpc_id: record.VPCId,
        availability_zones: [...record.AvailabilityZones].sort(),
        listeners: shownListeners(record.ListenerDescriptions),
        health_check_target: record.HealthCheck?.Target ?? null,
        health_check_interval_seconds: record.HealthCheck?.Interval ?? null,
        create_time: record.CreatedTime,
        instance_ids: record.Instances.map(({ InstanceId }) => InstanceId).sort(),
        healthy_instances: states.filter((state) => state === 'InService').length,
        unhealthy_instances: states.filter((state) => state === 'OutOfService').length,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ LoadBalancerName, DNSName }, scope) => [
    regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${LoadBalancerName}`),
    ...(DNSName ? [dnsKey(DNSName)] : []),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    balances: { type: 'depends_on', target: 'aws_ec2_instance', spread: 'forward' },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references(record, scope) {
    const arn = regionalArn(
      scope,
      'elasticloadbalancing',
      `loadbalancer/${record.LoadBalancerName}`,
    );
    const health = new Map(record.Health.map((one) => [one.InstanceId, one]));
    const certificates = record.ListenerDescriptions.flatMap(
      ({ Listener }) => Listener?.SSLCertificateId ?? [],
    );
    return [
      ...refer('in_vpc', record.VPCId, idKey),
      ...record.Subnets.flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, { redundancy_group: `${arn} subnets`, min_up: 1 }),
      ),
      ...record.SecurityGroups.flatMap((groupId) => refer('guarded_by', groupId, idKey)),
      ...record.Instances.flatMap(({ InstanceId }) =>
        refer('balances', InstanceId, idKey, {
          redundancy_group: arn,
          min_up: 1,
          attributes: shownHealth(health.get(InstanceId)),
        }),
      ),
      ...[...new Set(certificates)]
        .sort()
        .flatMap((certificate) => refer('secured_by', certificate)),
    ];
  },
  // Readings; the relationships to the instances tell the health of each.
  volatile: ['attributes.healthy_instances', 'attributes.unhealthy_instances'],
});

function shownListeners(
  descriptions: ReadonlyArray<{
    Listener?:
      | {
          Protocol: string | null;
          LoadBalancerPort: number | null;
          InstanceProtocol: string | null;
          InstancePort: number | null;
        }
      | null
      | undefined;
  }>,
) {
  return descriptions
    .flatMap(({ Listener }) => (Listener ? [Listener] : []))
    .map((one) => ({
      port: one.LoadBalancerPort,
      protocol: one.Protocol,
      instance_port: one.InstancePort,
      instance_protocol: one.InstanceProtocol,
    }))
    .sort((a, b) => (a.port ?? 0) - (b.port ?? 0));
}

function shownHealth(instance: { State: string | null; ReasonCode: string | null } | undefined) {
  const { State = null, ReasonCode = null } = instance ?? {};
  return {
    health: HEALTH[State ?? ''] ?? 'unknown',
    state: State,
    reason: ReasonCode === 'N/A' ? null : ReasonCode,
  };
}
