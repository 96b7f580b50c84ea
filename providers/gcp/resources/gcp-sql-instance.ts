import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { databaseVersion, SQL_STATES, sqlInstanceName } from '../cloud-sql.ts';
import { count, flag, instant, listOf, text, textAt, word } from '../fields.ts';
import { dnsKey, privateIpKey, publicIpKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { refer, referByKey } from '../refer.ts';
import { pathOf } from '../resource-name.ts';
import { listSqlInstances } from '../sql-admin.ts';

/** Passwords, certificates and the source of an external replica are not read. */
const record = z.object({
  name: z.string(),
  project: z.string(),
  region: text,
  gceZone: text,
  secondaryGceZone: text,
  state: word,
  databaseVersion: text,
  databaseInstalledVersion: text,
  instanceType: word,
  masterInstanceName: text,
  connectionName: text,
  dnsName: text,
  ipAddresses: listOf(z.object({ ipAddress: text, type: word })),
  diskEncryptionConfiguration: z.object({ kmsKeyName: text }).nullish(),
  settings: z
    .object({
      tier: text,
      edition: word,
      activationPolicy: word,
      availabilityType: word,
      dataDiskSizeGb: count,
      dataDiskType: word,
      dataDiskProvisionedIops: count,
      deletionProtectionEnabled: flag,
      backupConfiguration: z
        .object({
          enabled: flag,
          backupRetentionSettings: z
            .object({ retainedBackups: count, retentionUnit: word })
            .nullish(),
        })
        .nullish(),
      ipConfiguration: z
        .object({ ipv4Enabled: flag, privateNetwork: text, sslMode: word })
        .nullish(),
      userLabels: labelMap,
    })
    .nullish(),
  createTime: instant,
});
type SqlInstance = z.infer<typeof record>;

export const resourceType = defineResourceType({
  name: 'gcp_sql_instance',
  provider: 'gcp',
  ci_types: ['database'],
  summary: 'A Cloud SQL instance, primary or replica: PostgreSQL, MySQL or SQL Server.',
  permissions: ['cloudsql.instances.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) => listSqlInstances(gcp, pageToken, signal),

  record,
  nativeId: (raw) => sqlInstanceName(textAt(raw, 'project'), textAt(raw, 'name')),

  toItem(instance, scope) {
    const { settings } = instance;
    const isStopped = settings?.activationPolicy === 'NEVER';
    const state = SQL_STATES[instance.state ?? ''] ?? 'active';
    const version = databaseVersion(instance.databaseVersion, instance.databaseInstalledVersion);
    const backups = settings?.backupConfiguration;
    const address = addressOf(instance, 'PRIVATE') ?? addressOf(instance, 'PRIMARY');
    return {
      ci_type: 'database',
      name: instance.name,
      display_name: instance.name,
      status: state === 'active' && isStopped ? 'inactive' : state,
      region: instance.region,
      availability_zone: instance.gceZone,
      external_id: instance.connectionName,
      ip_address: address,
      hostname: instance.dnsName ?? address,
      fqdn: instance.dnsName?.replace(/\.$/, '') ?? null,
      ...described(settings?.userLabels ?? {}, [instance.name, scope.account]),
      ...version,
      connection_string:
        address && version.db_type && `${version.db_type}://${address}:${version.port}`,
      storage_gb: settings?.dataDiskSizeGb ?? null,
      iops: settings?.dataDiskProvisionedIops ?? null,
      backup_enabled: backups?.enabled ?? false,
      backup_retention_days: retentionDays(instance),
      is_replica: instance.masterInstanceName !== null,
      master_db_id: instance.masterInstanceName,
      attributes: {
        state: instance.state,
        instance_type: instance.instanceType?.toLowerCase() ?? null,
        tier: settings?.tier ?? null,
        edition: settings?.edition?.toLowerCase() ?? null,
        activation_policy: settings?.activationPolicy?.toLowerCase() ?? null,
        availability: settings?.availabilityType?.toLowerCase() ?? null,
        secondary_zone: instance.secondaryGceZone,
        disk_type: settings?.dataDiskType?.toLowerCase() ?? null,
        public_access: settings?.ipConfiguration?.ipv4Enabled ?? null,
        public_ip_address: addressOf(instance, 'PRIMARY'),
        ssl_mode: settings?.ipConfiguration?.sslMode?.toLowerCase() ?? null,
        network: pathOf(settings?.ipConfiguration?.privateNetwork),
        deletion_protection: settings?.deletionProtectionEnabled ?? null,
        kms_key: instance.diskEncryptionConfiguration?.kmsKeyName ?? null,
        creation_time: instance.createTime,
      },
    };
  },

  keys(instance) {
    const network = instance.settings?.ipConfiguration?.privateNetwork;
    const [inside, outside] = [addressOf(instance, 'PRIVATE'), addressOf(instance, 'PRIMARY')];
    return [
      sqlInstanceName(instance.project, instance.name) ?? '',
      ...(network && inside ? [privateIpKey(network, inside)] : []),
      ...(outside ? [publicIpKey(outside)] : []),
      ...(instance.dnsName ? [dnsKey(instance.dnsName)] : []),
    ];
  },

  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    replicates: { type: 'depends_on', target: 'gcp_sql_instance', spread: 'forward' },
  },
  references: (instance) => [
    ...refer('in_network', instance.settings?.ipConfiguration?.privateNetwork),
    ...referByKey('replicates', primaryOf(instance)),
  ],
  volatile: [],
});

function addressOf({ ipAddresses }: SqlInstance, kind: string): string | null {
  return ipAddresses.find(({ type }) => type === kind)?.ipAddress ?? null;
}

/** Named `project:instance`; older ones are named alone. */
function primaryOf({ masterInstanceName: name, project }: SqlInstance): string | null {
  if (!name) return null;
  const at = name.lastIndexOf(':');
  return sqlInstanceName(at < 0 ? project : name.slice(0, at), name.slice(at + 1));
}

/** Backups are kept by their number, one a day. */
function retentionDays({ settings }: SqlInstance): number | null {
  const { retainedBackups, retentionUnit } =
    settings?.backupConfiguration?.backupRetentionSettings ?? {};
  return retentionUnit === 'COUNT' ? (retainedBackups ?? null) : null;
}
