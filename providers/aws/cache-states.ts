import type { CiStatus } from '../../model/enums.ts';

/**
 * Every status of a cache cluster, a replication group and a serverless cache, as `cacheStatus`
 * spells them. Sources: ElastiCache's API reference (`CacheCluster`, `ReplicationGroup`,
 * `ServerlessCache`) and "Viewing ElastiCache node status" in its user guide.
 */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  'create-failed': 'failed',
  creating: 'planned',
  deleted: 'retired',
  deleting: 'under_maintenance',
  'incompatible-network': 'failed',
  'incompatible-parameters': 'failed',
  modifying: 'under_maintenance',
  'rebooting-cache-cluster-nodes': 'under_maintenance',
  'rebooting-cluster-nodes': 'under_maintenance',
  'restore-failed': 'failed',
  snapshotting: 'active',
  updating: 'under_maintenance',
};

/**
 * The status of a cache by its state: `available`, `rebooting cluster nodes`. Serverless caches
 * write it in capitals, and the user guide some with underscores.
 */
export function cacheStatus(state: string | null): CiStatus {
  return STATUSES[(state ?? '').toLowerCase().replaceAll(/[ _]/g, '-')] ?? 'active';
}
