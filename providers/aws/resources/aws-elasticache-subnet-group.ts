import { DescribeCacheSubnetGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { listOf, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

export const resourceType = defineResourceType({
  name: 'aws_elasticache_subnet_group',
  provider: 'aws',
  ci_types: ['resource_group'],
  summary: 'A cache subnet group: the subnets in which ElastiCache places the nodes that name it.',
  permissions: ['elasticache:DescribeCacheSubnetGroups', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeCacheSubnetGroupsCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(ElastiCacheClient).send(command, { abortSignal: signal });
    const groups = page.CacheSubnetGroups ?? [];
    if (groups.length === 0) return { records: [], next_page_token: page.Marker ?? null };
    const tags = await tagsByArn(aws, 'elasticache', signal);
    const records = groups.map((group) => ({
      ...group,
      Tags: tags.value?.get(group.ARN ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.Marker ?? null };
  },

  record: z.object({
    ARN: z.string(),
    CacheSubnetGroupName: z.string(),
    CacheSubnetGroupDescription: text,
    VpcId: text,
    SupportedNetworkTypes: listOf(z.string()),
    Subnets: listOf(
      z.object({
        SubnetIdentifier: text,
        SubnetAvailabilityZone: z.object({ Name: text }).nullish(),
      }),
    ),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'ARN'),

  toItem: (record, scope) => ({
    ci_type: 'resource_group',
    name: record.CacheSubnetGroupName,
    display_name: record.CacheSubnetGroupName,
    region: scope.region,
    external_id: record.ARN,
    ...described(record.Tags, [record.CacheSubnetGroupName]),
    attributes: {
      description: record.CacheSubnetGroupDescription,
      vpc_id: record.VpcId,
      subnet_ids: record.Subnets.flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []).sort(),
      availability_zones: [
        ...new Set(record.Subnets.flatMap((subnet) => subnet.SubnetAvailabilityZone?.Name ?? [])),
      ].sort(),
      network_types: [...record.SupportedNetworkTypes].sort(),
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ ARN }) => [ARN],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    has_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_vpc', record.VpcId, idKey),
    // ElastiCache places a node in whichever of them has room.
    ...record.Subnets.flatMap(({ SubnetIdentifier }) =>
      refer('has_subnet', SubnetIdentifier, idKey, {
        redundancy_group: `${record.ARN} subnets`,
        min_up: 1,
      }),
    ),
  ],
  volatile: [],
});
