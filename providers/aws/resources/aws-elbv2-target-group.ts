import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { elbv2Tags, GONE_CODES } from '../elbv2-calls.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import {
  countTargets,
  targetAttributes,
  targetGroupStatus,
  targetHealth,
  targetKey,
} from '../target-health.ts';

/** A call follows for each group: a page is some seconds of work. */
const GROUPS_A_PAGE = 100;
const GROUPS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_elbv2_target_group',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'A target group with the health of its targets, which stand in for each other.',
  permissions: [
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetHealth',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const elb = aws.service(ElasticLoadBalancingV2Client);
    const command = new DescribeTargetGroupsCommand({
      PageSize: GROUPS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await elb.send(command, { abortSignal: signal });
    const groups = page.TargetGroups ?? [];
    const arns = groups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
    const tags = await elbv2Tags(aws, arns, signal);
    const limit = pLimit(GROUPS_AT_ONCE);
    const records = await limit.map(groups, async (group) => {
      const { TargetGroupArn } = group;
      const health = await readDetail(
        'elasticloadbalancing:DescribeTargetHealth',
        () =>
          elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }), { abortSignal: signal }),
        GONE_CODES,
      );
      return {
        ...group,
        Targets: health.value && (health.value.TargetHealthDescriptions ?? []),
        Tags: tags.value?.get(TargetGroupArn ?? ''),
        DeniedReads: deniedReads([tags, health]),
      };
    });
    return { records, next_page_token: page.NextMarker || null };
  },

  record: z.object({
    TargetGroupArn: z.string(),
    TargetGroupName: text,
    TargetType: text,
    Protocol: text,
    ProtocolVersion: text,
    Port: count,
    VpcId: text,
    IpAddressType: text,
    HealthCheckEnabled: flag,
    HealthCheckProtocol: text,
    HealthCheckPort: text,
    HealthCheckPath: text,
    HealthCheckIntervalSeconds: count,
    LoadBalancerArns: listOf(z.string()),
    /** In the order of their ids and ports; null where their health may not be read. */
    Targets: z
      .array(targetHealth)
      .nullable()
      .transform(
        (targets) => targets?.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)) ?? null,
      ),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'TargetGroupArn'),

  toItem(record, scope) {
    const name = record.TargetGroupName ?? record.TargetGroupArn;
    return {
      ci_type: 'service',
      name,
      display_name: record.Tags.Name || name,
      status: targetGroupStatus(record.Targets, record.LoadBalancerArns.length),
      region: scope.region,
      external_id: record.TargetGroupArn,
      ...described(record.Tags, [record.TargetGroupName]),
      attributes: {
        target_type: record.TargetType,
        protocol: record.Protocol,
        protocol_version: record.ProtocolVersion,
        port: record.Port,
        vpc_id: record.VpcId,
        ip_address_type: record.IpAddressType,
        health_check_enabled: record.HealthCheckEnabled,
        health_check_protocol: record.HealthCheckProtocol,
        health_check_port: record.HealthCheckPort,
        health_check_path: record.HealthCheckPath,
        health_check_interval_seconds: record.HealthCheckIntervalSeconds,
        load_balancer_arns: [...record.LoadBalancerArns].sort(),
        targets: (record.Targets ?? []).map(placeOf),
        healthy_targets: record.Targets && countTargets(record.Targets, 'healthy'),
        unhealthy_targets: record.Targets && countTargets(record.Targets, 'unhealthy'),
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ TargetGroupArn }) => [TargetGroupArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    // The load balancer is the source of these two: its listing names no group, its rules do.
    serves: { type: 'depends_on', target: 'aws_elbv2_target_group', spread: 'forward' },
    balances: { type: 'depends_on', target: 'instance, address, function', spread: 'forward' },
    has_target: { type: 'depends_on', target: 'instance, address, function', spread: 'forward' },
  },

  references(record, scope) {
    const { TargetGroupArn: arn, TargetGroupName: name, VpcId: vpcId } = record;
    const group = { redundancy_group: arn, min_up: 1 };
    const targets = (record.Targets ?? []).flatMap((target) => {
      const key = targetKey(record.TargetType, target.Target, vpcId);
      return key === null ? [] : [{ key, place: placeOf(target), target }];
    });
    return [
      // A group of functions is in no VPC.
      ...(vpcId ? refer('in_vpc', vpcId, idKey) : refer('in_account', scope.account, accountKey)),
      ...record.LoadBalancerArns.flatMap((source_key) =>
        refer('serves', arn, undefined, { source_key }),
      ),
      ...targets.flatMap(({ key, place, target }) => [
        ...refer('has_target', key, undefined, {
          ...group,
          discriminator: place,
          attributes: targetAttributes(target),
        }),
        // A load balancer may reach one target by several groups.
        ...record.LoadBalancerArns.flatMap((source_key) =>
          refer('balances', key, undefined, {
            ...group,
            source_key,
            discriminator: `${name} ${place}`,
            attributes: targetAttributes(target),
          }),
        ),
      ]),
    ];
  },
  // Readings; the relationships to the targets tell the health of each.
  volatile: ['attributes.healthy_targets', 'attributes.unhealthy_targets'],
});

/** Where a target listens: `i-0abc:8080`; a function has no port. */
function placeOf({ Target }: { Target: { Id: string; Port: number | null } }): string {
  return Target.Port === null ? Target.Id : `${Target.Id}:${Target.Port}`;
}
