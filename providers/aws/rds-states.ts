import type { CiStatus } from '../../model/enums.ts';

/**
 * Every status of a DB instance, and what it is here. Sources: "Viewing DB instance status" in the
 * user guides of RDS and Aurora, "RDS Custom support perimeter". A database that is changed while
 * it serves is `under_maintenance`; one that is there and cannot serve is `failed`.
 */
export const RDS_STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  'backing-up': 'active',
  backtracking: 'under_maintenance',
  'configuring-enhanced-monitoring': 'active',
  'configuring-iam-database-auth': 'active',
  'configuring-log-exports': 'active',
  'converting-to-vpc': 'under_maintenance',
  creating: 'planned',
  'delete-precheck': 'under_maintenance',
  deleting: 'under_maintenance',
  failed: 'failed',
  'inaccessible-encryption-credentials': 'failed',
  'inaccessible-encryption-credentials-recoverable': 'failed',
  'incompatible-create': 'failed',
  'incompatible-network': 'failed',
  'incompatible-option-group': 'failed',
  'incompatible-parameters': 'failed',
  'incompatible-restore': 'failed',
  'insufficient-capacity': 'failed',
  maintenance: 'under_maintenance',
  modifying: 'under_maintenance',
  'moving-to-vpc': 'under_maintenance',
  rebooting: 'under_maintenance',
  renaming: 'under_maintenance',
  'resetting-master-credentials': 'under_maintenance',
  'restore-error': 'failed',
  starting: 'under_maintenance',
  stopped: 'inactive',
  stopping: 'under_maintenance',
  'storage-config-upgrade': 'active',
  'storage-full': 'failed',
  'storage-initialization': 'active',
  'storage-optimization': 'active',
  // It serves, but RDS no longer looks after it.
  'unsupported-configuration': 'active',
  upgrading: 'under_maintenance',
};

/**
 * Every status of a DB cluster. Sources: "Viewing DB cluster status" in the Aurora user guide,
 * "Monitoring a cluster's status" in DocumentDB's; clusters of instances have the instances', too.
 */
export const RDS_CLUSTER_STATUSES: Readonly<Record<string, CiStatus>> = {
  ...RDS_STATUSES,
  'cloning-failed': 'failed',
  'failing-over': 'under_maintenance',
  migrating: 'planned',
  'migration-failed': 'failed',
  'preparing-data-migration': 'planned',
  promoting: 'under_maintenance',
  'scaling-compute': 'active',
  'scaling-storage': 'active',
  'update-iam-db-auth': 'active',
};

/** Every status of a snapshot that the RDS API's waiters and user guides name. */
export const RDS_SNAPSHOT_STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  copying: 'planned',
  creating: 'planned',
  deleted: 'retired',
  deleting: 'under_maintenance',
  failed: 'failed',
  'incompatible-parameters': 'failed',
  'incompatible-restore': 'failed',
  modifying: 'under_maintenance',
};

/** Families by the beginning of the engine's name, the longest first. */
const FAMILIES: ReadonlyArray<readonly [string, string]> = [
  ['aurora-postgresql', 'postgresql'],
  ['aurora', 'mysql'],
  ['custom-oracle', 'oracle'],
  ['custom-sqlserver', 'sqlserver'],
  ['db2', 'db2'],
  ['docdb', 'mongodb'],
  ['mariadb', 'mariadb'],
  ['mysql', 'mysql'],
  ['neptune', 'neptune'],
  ['oracle', 'oracle'],
  ['postgres', 'postgresql'],
  ['sqlserver', 'sqlserver'],
];

/** The family of an engine (`aurora-mysql` is `mysql`); the engine itself where it has none. */
export function databaseFamily(engine: string): string {
  return FAMILIES.find(([prefix]) => engine.startsWith(prefix))?.[1] ?? engine;
}

/** Engines whose storage grows by itself in a volume of the cluster; RDS says it were 1 GiB. */
const CLUSTER_VOLUME = /^(aurora|docdb|neptune)/;

/** The storage that was asked for; null where nobody asks for any. */
export function allocatedStorage(engine: string, gigabytes: number | null): number | null {
  return CLUSTER_VOLUME.test(engine) ? null : gigabytes;
}

/** How to reach a database, without user and password; null while it has no endpoint. */
export function connectionString(
  engine: string,
  endpoint: { Address: string | null; Port: number | null } | null | undefined,
  database: string | null,
): string | null {
  const { Address: address, Port: port } = endpoint ?? {};
  if (!address || !port) return null;
  const path = database ? `/${encodeURIComponent(database)}` : '';
  return `${databaseFamily(engine)}://${address}:${port}${path}`;
}
