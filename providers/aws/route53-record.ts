import { z } from 'zod';
import { count, flag, listOf, text } from './fields.ts';

/** The types whose values say where something is. Texts are not read: they carry tokens and keys. */
const READ_TYPES = new Set(['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'MX', 'NS', 'PTR', 'SOA', 'SRV']);

/** What is known of the zone in each of its records. */
const recordZone = z.object({
  ZoneId: z.string(),
  ZoneName: z.string(),
  Partition: z.string(),
  PrivateZone: z.boolean(),
  /** In which VPCs a private zone answers. */
  VpcIds: z.array(z.string()),
});
export type RecordZone = z.infer<typeof recordZone>;

/** One of the sets that Route 53 chooses from. */
export const recordSet = z.object({
  SetIdentifier: text,
  Weight: count,
  Region: text,
  Failover: text,
  GeoLocation: z
    .object({ ContinentCode: text, CountryCode: text, SubdivisionCode: text })
    .nullish(),
  GeoProximityLocation: z.object({ AWSRegion: text, LocalZoneGroup: text }).nullish(),
  CidrRoutingConfig: z.object({ LocationName: text }).nullish(),
  MultiValueAnswer: flag,
  TTL: count,
  ResourceRecords: listOf(z.object({ Value: z.string() })).transform((values) =>
    values.map(({ Value }) => Value),
  ),
  AliasTarget: z
    .object({ HostedZoneId: text, DNSName: text, EvaluateTargetHealth: flag })
    .nullish(),
  HealthCheckId: text,
  TrafficPolicyInstanceId: text,
});

export const route53Record = z
  .object({
    Arn: z.string(),
    Name: z.string(),
    Type: z.string(),
    Zone: recordZone,
    Sets: z.array(recordSet).min(1),
    DeniedReads: z.array(z.string()),
  })
  .transform((record) =>
    READ_TYPES.has(record.Type)
      ? record
      : { ...record, Sets: record.Sets.map((set) => ({ ...set, ResourceRecords: [] })) },
  );
export type Route53Record = z.infer<typeof route53Record>;

/** How Route 53 chooses among the sets of a record. */
export function routingOf({ Sets: [set] }: Route53Record): string {
  if (!set?.SetIdentifier) return 'simple';
  if (set.Failover) return 'failover';
  if (set.Weight !== null) return 'weighted';
  if (set.Region) return 'latency';
  if (set.GeoLocation) return 'geolocation';
  if (set.GeoProximityLocation) return 'geoproximity';
  if (set.CidrRoutingConfig) return 'ip_based';
  return 'multivalue';
}

/** The sets as an item shows them, in the order of their identifiers. */
export function shownSets({ Sets }: Route53Record) {
  return Sets.map((set) => ({
    set_identifier: set.SetIdentifier,
    values: [...set.ResourceRecords].sort(),
    alias: set.AliasTarget?.DNSName?.replace(/\.$/, '').toLowerCase() ?? null,
    evaluate_target_health: set.AliasTarget?.EvaluateTargetHealth ?? null,
    ttl_seconds: set.TTL,
    weight: set.Weight,
    failover: set.Failover?.toLowerCase() ?? null,
    region: set.Region ?? set.GeoProximityLocation?.AWSRegion ?? null,
    location: locationOf(set),
    health_check_id: set.HealthCheckId,
    traffic_policy_instance_id: set.TrafficPolicyInstanceId,
  })).sort((a, b) => ((a.set_identifier ?? '') < (b.set_identifier ?? '') ? -1 : 1));
}

function locationOf(set: z.infer<typeof recordSet>): string | null {
  const { ContinentCode, CountryCode, SubdivisionCode } = set.GeoLocation ?? {};
  const place = [ContinentCode ?? CountryCode, SubdivisionCode].filter(Boolean).join('-');
  return (
    place ||
    (set.CidrRoutingConfig?.LocationName ?? set.GeoProximityLocation?.LocalZoneGroup ?? null)
  );
}
