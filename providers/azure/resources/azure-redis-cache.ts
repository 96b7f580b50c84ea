import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, flag, listOf, text } from '../fields.ts';
import { dnsKey, idKey, privateIpKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, networkOf, ownerOf } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_redis_cache',
  provider: 'azure',
  ci_types: ['cache'],
  summary: 'An Azure Cache for Redis; its access keys are another call, which nobody makes.',
  permissions: ['Microsoft.Cache/redis/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('redis')).redis.listBySubscription(), pageToken, signal),

  // Its configuration names a storage account with its key, and is not read.
  record: z.object({
    ...armFields,
    zones: listOf(z.string()),
    provisioningState: text,
    redisVersion: text,
    sku: z.object({ name: text, family: text, capacity: count }).nullish(),
    hostName: text,
    port: count,
    sslPort: count,
    enableNonSslPort: flag,
    shardCount: count,
    replicasPerPrimary: count,
    minimumTlsVersion: text,
    publicNetworkAccess: text,
    subnetId: text,
    staticIP: text,
    linkedServers: listOf(z.object({ id: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'cache',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    availability_zone: zoneOf(record.location, record.zones),
    ip_address: record.staticIP,
    hostname: record.hostName,
    fqdn: record.hostName,
    attributes: {
      engine: 'redis',
      version: record.redisVersion,
      sku: record.sku ? `${record.sku.name} ${record.sku.family}${record.sku.capacity}` : null,
      port: record.port,
      tls_port: record.sslPort,
      plain_port_enabled: record.enableNonSslPort,
      shard_count: record.shardCount,
      replicas_per_primary: record.replicasPerPrimary,
      minimal_tls_version: record.minimumTlsVersion,
      public_network_access: record.publicNetworkAccess,
      zones: [...record.zones].sort(),
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id, hostName, staticIP, subnetId }) => {
    const network = subnetId && networkOf(subnetId);
    return [
      idKey(id),
      ...(hostName ? [dnsKey(hostName)] : []),
      ...(staticIP && network ? [privateIpKey(network, staticIP)] : []),
    ];
  },

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    // Both serve on their own; which of them is the copy only the link itself tells.
    linked_with: { type: 'communicates_with', target: 'azure_redis_cache', spread: 'none' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer('in_subnet', record.subnetId),
    ...record.linkedServers.flatMap(({ id }) => refer('linked_with', id && linkedCache(id))),
  ],
  volatile: [],
});

/** `…/redis/here/linkedServers/there`: the other cache, in the same group, by its name. */
function linkedCache(id: string): string | null {
  const here = ownerOf(id, 'linkedServers');
  return here && `${here.slice(0, here.lastIndexOf('/'))}/${id.slice(id.lastIndexOf('/') + 1)}`;
}
