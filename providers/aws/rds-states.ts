import type { CiStatus } from '../../model/enums.ts';

/**
 * Every status of a DB instance, and what it is here. Source: "Viewing DB instance status" in the
 * RDS user guide. A database that is changed while it serves is `under_maintenance`; one that is
 * there and cannot serve is `failed`.
 */
export const RDS_STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  'backing-up': 'active',
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
  upgrading: 'under_maintenance',
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
