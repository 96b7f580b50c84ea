import type { HostedZone } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { hostedZonesPage, route53Arn, route53Tags, zoneDetails, zoneId } from '../hosted-zones.ts';
import { accountKey, idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_route53_zone',
  provider: 'aws',
  ci_types: ['dns_zone'],
  summary: 'A hosted zone of Route 53; a private one with the VPCs that it answers in.',
  permissions: ['route53:ListHostedZones', 'route53:GetHostedZone', 'route53:ListTagsForResources'],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const { zones, next_page_token } = await hostedZonesPage(aws, pageToken, signal);
    const tags = await route53Tags(aws, 'hostedzone', zones.map(zoneId), signal);
    const records: unknown[] = [];
    // One after the other: Route 53 answers an account five calls a second.
    for (const zone of zones) {
      const details = await zoneDetails(aws, zoneId(zone), signal);
      // Deleted since it was listed.
      if (details.value === null && details.denied === null) continue;
      records.push({
        ...named(zone, aws),
        VPCs: details.value?.VPCs,
        NameServers: details.value?.DelegationSet?.NameServers,
        Tags: tags.value?.get(zoneId(zone)),
        DeniedReads: deniedReads([tags, details]),
      });
    }
    return { records, next_page_token };
  },

  record: z.object({
    ZoneId: z.string(),
    Arn: z.string(),
    Name: text,
    Config: z.object({ PrivateZone: flag, Comment: text }).nullish(),
    ResourceRecordSetCount: count,
    LinkedService: z.object({ ServicePrincipal: text }).nullish(),
    VPCs: listOf(z.object({ VPCId: text })),
    NameServers: listOf(z.string()),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: (record) => ({
    ci_type: 'dns_zone',
    name: record.ZoneId,
    display_name: record.Name ?? record.ZoneId,
    external_id: record.ZoneId,
    fqdn: record.Name,
    ...described(record.Tags, [record.Name]),
    attributes: {
      zone_name: record.Name,
      private: record.Config?.PrivateZone ?? null,
      comment: record.Config?.Comment ?? null,
      records: record.ResourceRecordSetCount,
      created_by_service: record.LinkedService?.ServicePrincipal ?? null,
      vpc_ids: record.VPCs.flatMap(({ VPCId }) => VPCId ?? []).sort(),
      name_servers: [...record.NameServers].sort(),
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Arn, ZoneId }) => [Arn, idKey(ZoneId)],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // It is there without the VPC; what fails in the VPC without it, its records say.
    answers_in: { type: 'connects_to', target: 'aws_vpc', spread: 'none' },
  },
  references: ({ VPCs }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...VPCs.flatMap(({ VPCId }) => refer('answers_in', VPCId, idKey)),
  ],
  volatile: ['attributes.records'],
});

/** The zone with its ARN, which no answer has, and its name without the dot at its end. */
function named(zone: HostedZone, { partition }: AwsClient) {
  return {
    ...zone,
    ZoneId: zoneId(zone),
    Arn: route53Arn(partition.id, `hostedzone/${zoneId(zone)}`),
    Name: zone.Name?.replace(/\.$/, ''),
  };
}
