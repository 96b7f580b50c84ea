import { DescribeDBSubnetGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
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
  name: 'aws_rds_subnet_group',
  provider: 'aws',
  ci_types: ['resource_group'],
  summary: 'A DB subnet group: the subnets in which RDS places the databases that name it.',
  permissions: ['rds:DescribeDBSubnetGroups', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBSubnetGroupsCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    const groups = page.DBSubnetGroups ?? [];
    if (groups.length === 0) return { records: [], next_page_token: page.Marker ?? null };
    const tags = await tagsByArn(aws, 'rds:subgrp', signal);
    const records = groups.map((group) => ({
      ...group,
      Tags: tags.value?.get(group.DBSubnetGroupArn ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.Marker ?? null };
  },

  record: z.object({
    DBSubnetGroupArn: z.string(),
    DBSubnetGroupName: z.string(),
    DBSubnetGroupDescription: text,
    SubnetGroupStatus: text,
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

  nativeId: (record) => textAt(record, 'DBSubnetGroupArn'),

  toItem: (record, scope) => ({
    ci_type: 'resource_group',
    name: record.DBSubnetGroupName,
    display_name: record.DBSubnetGroupName,
    region: scope.region,
    external_id: record.DBSubnetGroupArn,
    ...described(record.Tags, [record.DBSubnetGroupName]),
    attributes: {
      description: record.DBSubnetGroupDescription,
      vpc_id: record.VpcId,
      subnet_ids: record.Subnets.flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []).sort(),
      availability_zones: [
        ...new Set(record.Subnets.flatMap((subnet) => subnet.SubnetAvailabilityZone?.Name ?? [])),
      ].sort(),
      network_types: [...record.SupportedNetworkTypes].sort(),
      state: record.SubnetGroupStatus,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ DBSubnetGroupArn }) => [DBSubnetGroupArn],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    has_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_vpc', record.VpcId, idKey),
    // RDS places a database in whichever of them has room.
    ...record.Subnets.flatMap(({ SubnetIdentifier }) =>
      refer('has_subnet', SubnetIdentifier, idKey, {
        redundancy_group: `${record.DBSubnetGroupArn} subnets`,
        min_up: 1,
      }),
    ),
  ],
  volatile: [],
});
