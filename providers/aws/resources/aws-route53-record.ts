import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { textAt } from '../fields.ts';
import { allHostedZones, zoneDetails, zoneId } from '../hosted-zones.ts';
import { idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { type RecordGroup, recordGroupsPage, recordName } from '../record-sets.ts';
import { recordArn, recordNameKeys, recordTargets } from '../record-targets.ts';
import { refer } from '../refer.ts';
import {
  type RecordZone,
  type Route53Record,
  route53Record,
  routingOf,
  shownSets,
} from '../route53-record.ts';
import { described } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_route53_record',
  provider: 'aws',
  ci_types: ['dns_record'],
  summary:
    'A record of Route 53, with what its name leads to; weighted and failover sets are one record.',
  permissions: [
    'route53:ListHostedZones',
    'route53:GetHostedZone',
    'route53:ListResourceRecordSets',
  ],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const { groups, next_page_token } = await recordGroupsPage(aws, pageToken, signal);
    const records: unknown[] = [];
    for (const group of groups) records.push(await withZone(aws, group, signal));
    return { records, next_page_token };
  },

  record: route53Record,

  nativeId: (record) => textAt(record, 'Arn'),

  toItem(record) {
    const [set] = record.Sets;
    const [target] = recordTargets(record, record.Zone);
    const isSimple = routingOf(record) === 'simple';
    const isAddress = record.Type === 'A' || record.Type === 'AAAA';
    return {
      ci_type: 'dns_record',
      name: record.Name,
      display_name: `${record.Name} ${record.Type}`,
      external_id: record.Arn,
      fqdn: record.Name,
      ip_address: isAddress && isSimple && !set?.AliasTarget ? (target?.host ?? null) : null,
      ...described({}, [record.Name]),
      attributes: {
        type: record.Type,
        zone_id: record.Zone.ZoneId,
        zone_name: record.Zone.ZoneName,
        private: record.Zone.PrivateZone,
        vpc_ids: [...record.Zone.VpcIds].sort(),
        routing: routingOf(record),
        sets: shownSets(record),
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys(record) {
    const hosts = recordTargets(record, record.Zone).map(({ host }) => host);
    return [record.Arn, ...recordNameKeys(record.Name, record.Type, hosts, record.Zone)];
  },

  relations: {
    in_zone: { type: 'part_of', target: 'aws_route53_zone', spread: 'forward' },
    leads_to: {
      type: 'connects_to',
      target: 'load balancer, CDN, bucket, API, database, address or record',
      spread: 'forward',
    },
    // The check watches the record: it stands with the record, which alone knows of it.
    watched_by: { type: 'monitors', target: 'aws_route53_record', spread: 'none' },
  },
  references: (record) => [
    ...refer('in_zone', record.Zone.ZoneId, idKey),
    ...targetReferences(record),
    ...record.Sets.flatMap(({ HealthCheckId, SetIdentifier }) =>
      HealthCheckId
        ? refer('watched_by', record.Arn, undefined, {
            source_key: idKey(HealthCheckId),
            ...(SetIdentifier ? { discriminator: SetIdentifier } : {}),
          })
        : [],
    ),
  ],
  volatile: [],
});

/** References to what the record leads to; several hosts stand in for each other. */
function targetReferences(record: Route53Record) {
  const targets = recordTargets(record, record.Zone);
  const isRedundant = new Set(targets.map(({ host }) => host)).size > 1;
  const group = { redundancy_group: record.Arn, min_up: 1 };
  return targets.flatMap(({ set, host, keys }) =>
    keys.flatMap((key) =>
      refer('leads_to', key, undefined, {
        ...(set.SetIdentifier ? { discriminator: set.SetIdentifier } : {}),
        ...(isRedundant ? group : {}),
        attributes: {
          host,
          ...(set.Weight === null ? {} : { weight: set.Weight }),
          ...(set.Failover ? { failover: set.Failover.toLowerCase() } : {}),
        },
      }),
    ),
  );
}

async function withZone(aws: AwsClient, { zone_id, sets }: RecordGroup, signal: AbortSignal) {
  const { zone, denied } = await aws.memo(`zone of records ${zone_id}`, () =>
    recordZone(aws, zone_id, signal),
  );
  const name = recordName(sets[0].Name ?? '');
  return {
    Arn: recordArn(zone, name, sets[0].Type ?? ''),
    Name: name,
    Type: sets[0].Type,
    Zone: zone,
    Sets: sets,
    DeniedReads: denied,
  };
}

async function recordZone(aws: AwsClient, id: string, signal: AbortSignal) {
  const listed = (await allHostedZones(aws, signal)).find((zone) => zoneId(zone) === id);
  const isPrivate = listed?.Config?.PrivateZone === true;
  const details = isPrivate ? await zoneDetails(aws, id, signal) : null;
  const zone: RecordZone = {
    ZoneId: id,
    ZoneName: recordName(listed?.Name ?? ''),
    Partition: aws.partition.id,
    PrivateZone: isPrivate,
    VpcIds: (details?.value?.VPCs ?? []).flatMap(({ VPCId }) => VPCId ?? []).sort(),
  };
  return { zone, denied: details ? deniedReads([details]) : [] };
}
