import { z } from 'zod';
import { armFields, armItem, zoneOf } from './arm-resource.ts';
import { FLEXIBLE_SERVER_STATES } from './database-states.ts';
import { amount, count, instant, text } from './fields.ts';
import { dnsKey, idKey } from './keys.ts';
import { canonicalId } from './resource-id.ts';

/** What PostgreSQL and MySQL flexible servers have alike. */
export const flexibleServerFields = {
  ...armFields,
  sku: z.object({ name: text, tier: text }).nullish(),
  version: text,
  state: text,
  fullyQualifiedDomainName: text,
  availabilityZone: text,
  replicationRole: text,
  sourceServerResourceId: text,
  storage: z.object({ storageSizeGB: amount, iops: count, autoGrow: text }).nullish(),
  backup: z
    .object({ backupRetentionDays: count, geoRedundantBackup: text, earliestRestoreDate: instant })
    .nullish(),
  highAvailability: z.object({ mode: text, state: text, standbyAvailabilityZone: text }).nullish(),
  network: z.object({ delegatedSubnetResourceId: text, publicNetworkAccess: text }).nullish(),
};
const flexibleServer = z.object(flexibleServerFields);
type FlexibleServer = z.infer<typeof flexibleServer>;

/** The fields of an item that both tell alike. */
export function flexibleServerItem(record: FlexibleServer, family: string, port: number) {
  const host = record.fullyQualifiedDomainName;
  return {
    ...armItem(record),
    status: FLEXIBLE_SERVER_STATES[record.state ?? ''] ?? ('active' as const),
    availability_zone: zoneOf(
      record.location,
      record.availabilityZone ? [record.availabilityZone] : [],
    ),
    hostname: host,
    fqdn: host,
    db_type: family,
    db_engine: family,
    port,
    connection_string: host && `${family}://${host}:${port}`,
    storage_gb: record.storage?.storageSizeGB ?? null,
    iops: record.storage?.iops ?? null,
    backup_enabled: (record.backup?.backupRetentionDays ?? 0) > 0,
    backup_retention_days: record.backup?.backupRetentionDays ?? null,
    is_replica: sourceOf(record) !== null,
    master_db_id: sourceOf(record),
    attributes: {
      sku: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      storage_auto_grow: record.storage?.autoGrow ?? null,
      geo_redundant_backup: record.backup?.geoRedundantBackup ?? null,
      high_availability: record.highAvailability?.mode ?? null,
      high_availability_state: record.highAvailability?.state ?? null,
      standby_availability_zone: zoneOf(
        record.location,
        record.highAvailability?.standbyAvailabilityZone
          ? [record.highAvailability.standbyAvailabilityZone]
          : [],
      ),
      public_network_access: record.network?.publicNetworkAccess ?? null,
      replication_role: record.replicationRole,
      state: record.state,
    },
  };
}

export function flexibleServerKeys(record: FlexibleServer): string[] {
  const host = record.fullyQualifiedDomainName;
  return [idKey(record.id), ...(host ? [dnsKey(host)] : [])];
}

/** The server that a replica follows; a server restored from another one names that, too. */
export function sourceOf(record: FlexibleServer): string | null {
  const isReplica = /replica/i.test(record.replicationRole ?? '');
  return isReplica && record.sourceServerResourceId
    ? canonicalId(record.sourceServerResourceId)
    : null;
}
