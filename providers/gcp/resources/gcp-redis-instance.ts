import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, text, textAt, word } from '../fields.ts';
import { privateIpKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { locationPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { fullName, lastPart, partOf, pathOf, placeOfLocation } from '../resource-name.ts';

/** Every state of an instance of Memorystore for Redis. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  READY: 'active',
  UPDATING: 'under_maintenance',
  DELETING: 'under_maintenance',
  REPAIRING: 'failed',
  MAINTENANCE: 'under_maintenance',
  IMPORTING: 'under_maintenance',
  FAILING_OVER: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'gcp_redis_instance',
  provider: 'gcp',
  ci_types: ['cache'],
  summary: 'An instance of Memorystore for Redis, with the network that it is reached from.',
  permissions: ['redis.instances.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    locationPage(
      gcp,
      {
        library: 'redis',
        service: 'CloudRedisClient',
        method: 'listInstances',
        collection: 'instances',
        page_size: 1000,
      },
      '-',
      pageToken,
      signal,
    ),

  record: z.object({
    name: z.string(),
    displayName: text,
    state: word,
    statusMessage: text,
    tier: word,
    memorySizeGb: count,
    redisVersion: text,
    host: text,
    port: count,
    readEndpoint: text,
    readEndpointPort: count,
    replicaCount: count,
    authorizedNetwork: text,
    connectMode: word,
    authEnabled: flag,
    transitEncryptionMode: word,
    customerManagedKey: text,
    currentLocationId: text,
    alternativeLocationId: text,
    persistenceConfig: z.object({ persistenceMode: word }).nullish(),
    createTime: instant,
    labels: labelMap,
  }),

  nativeId(record) {
    const path = pathOf(textAt(record, 'name'));
    return path && fullName('redis', path);
  },

  toItem: (record, scope) => ({
    ci_type: 'cache',
    name: lastPart(record.name) ?? record.name,
    display_name: record.displayName ?? lastPart(record.name) ?? record.name,
    status: STATUSES[record.state ?? ''] ?? 'active',
    region: partOf(record.name, 'locations'),
    availability_zone: placeOfLocation(record.currentLocationId).availability_zone ?? null,
    external_id: record.name,
    ip_address: record.host,
    hostname: record.host,
    ...described(record.labels, [lastPart(record.name), record.displayName, scope.account]),
    attributes: {
      state: record.state,
      status_message: record.statusMessage,
      tier: record.tier?.toLowerCase() ?? null,
      memory_size_gb: record.memorySizeGb,
      engine: 'redis',
      engine_version: record.redisVersion,
      port: record.port,
      read_endpoint: record.readEndpoint,
      read_endpoint_port: record.readEndpointPort,
      replica_count: record.replicaCount,
      network: pathOf(record.authorizedNetwork),
      connect_mode: record.connectMode?.toLowerCase() ?? null,
      auth_enabled: record.authEnabled,
      transit_encryption: record.transitEncryptionMode?.toLowerCase() ?? null,
      kms_key: record.customerManagedKey,
      alternative_location: record.alternativeLocationId,
      persistence_mode: record.persistenceConfig?.persistenceMode?.toLowerCase() ?? null,
      creation_time: record.createTime,
    },
  }),

  keys: ({ name, host, readEndpoint, authorizedNetwork }) => [
    fullName('redis', pathOf(name) ?? name),
    ...(authorizedNetwork
      ? [host, readEndpoint].flatMap((address) =>
          address ? [privateIpKey(authorizedNetwork, address)] : [],
        )
      : []),
  ],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
  },
  references: ({ authorizedNetwork }) => refer('in_network', authorizedNetwork),
  volatile: [],
});
