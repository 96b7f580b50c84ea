import type { z } from 'zod';
import { hostKeys, knowsItsNames } from './dns-targets.ts';
import { route53Arn } from './hosted-zones.ts';
import { privateDnsKey } from './keys.ts';
import type { RecordZone, recordSet } from './route53-record.ts';

type RecordSet = z.infer<typeof recordSet>;

/** What a set of a record sends those to who ask for its name. */
export interface RecordTarget {
  set: RecordSet;
  /** As the record names it: a host name or an address. */
  host: string;
  /** The keys that its owner may announce. */
  keys: string[];
}

/** What a record names, each in the keys of whatever may answer there. */
export function recordTargets(
  { Name, Type, Sets }: { Name: string; Type: string; Sets: readonly RecordSet[] },
  zone: RecordZone,
): RecordTarget[] {
  return Sets.flatMap((set) => {
    const alias = set.AliasTarget?.DNSName;
    if (alias) {
      const host = alias.replace(/\.$/, '').toLowerCase();
      const isOwnZone = set.AliasTarget?.HostedZoneId === zone.ZoneId;
      if (!isOwnZone) return [{ set, host, keys: hostKeys(websiteHost(host, Name)) }];
      return [{ set, host, keys: [recordArn(zone, host, Type)] }];
    }
    return set.ResourceRecords.flatMap((value) => {
      const host = hostIn(Type, value)?.replace(/\.$/, '').toLowerCase();
      return host ? [{ set, host, keys: keysIn(zone, host) }] : [];
    });
  });
}

export function recordArn({ ZoneId, Partition }: RecordZone, name: string, type: string): string {
  return route53Arn(Partition, `hostedzone/${ZoneId}/recordset/${name}/${type}`);
}

/**
 * The keys by which those who look its name up find a record. One record of a name answers to it,
 * or none: what is behind distributions and API domains announces the name itself.
 */
export function recordNameKeys(name: string, type: string, hosts: string[], zone: RecordZone) {
  // Who asks for a host asks for its A record; next to a CNAME there is nothing else.
  if (type !== 'A' && type !== 'CNAME') return [];
  if (zone.PrivateZone) return zone.VpcIds.map((vpcId) => privateDnsKey(vpcId, name));
  return hosts.some(knowsItsNames) ? [] : hostKeys(name);
}

/** The host or address in a value, for the types that have one. */
function hostIn(type: string, value: string): string | undefined {
  if (type === 'A' || type === 'AAAA' || type === 'CNAME') return value;
  // `10 mail.example.com`, `1 10 5269 chat.example.com`
  if (type === 'MX' || type === 'SRV') return value.trim().split(/\s+/).at(-1);
  return undefined;
}

/** A name within a private zone is looked up there, from any of its VPCs, before anywhere else. */
function keysIn(zone: RecordZone, host: string): string[] {
  const [vpcId] = zone.VpcIds;
  const isInZone = host === zone.ZoneName || host.endsWith(`.${zone.ZoneName}`);
  if (zone.PrivateZone && vpcId && isInZone) return [privateDnsKey(vpcId, host)];
  return hostKeys(host, zone.VpcIds);
}

/** An alias to a bucket's web site names only the site's region: the bucket is called as the record. */
function websiteHost(host: string, name: string): string {
  return host.startsWith('s3-website') ? `${name}.${host}` : host;
}
