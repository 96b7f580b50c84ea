import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armItem, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, flag, listOf, text } from '../fields.ts';
import { agentPoolKey, idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, ownerOf } from '../resource-id.ts';
import { tagMap } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'azure_aks_agent_pool',
  provider: 'azure',
  ci_types: ['autoscaler'],
  summary:
    'A node pool of an AKS cluster, as the cluster lists it; the scale set of its nodes refers to it.',
  permissions: ['Microsoft.ContainerService/managedClusters/read'],
  level: 'account',

  async listPage(azure: AzureClient, pageToken, signal) {
    const { managedClusters } = await azure.service('containerservice');
    const page = await listPage(managedClusters.list(), pageToken, signal);
    const records = page.records.flatMap(
      ({ id, location, nodeResourceGroup, agentPoolProfiles = [] }) =>
        agentPoolProfiles.map((pool) => ({
          ...pool,
          id: `${id}/agentPools/${pool.name}`,
          location,
          nodeResourceGroup,
        })),
    );
    return { ...page, records };
  },

  record: z.object({
    id: z.string(),
    name: z.string(),
    location: text,
    tags: tagMap,
    nodeResourceGroup: text,
    provisioningState: text,
    powerState: z.object({ code: text }).nullish(),
    count,
    vmSize: text,
    mode: text,
    type: text,
    osType: text,
    osSKU: text,
    maxPods: count,
    enableAutoScaling: flag,
    minCount: count,
    maxCount: count,
    orchestratorVersion: text,
    currentOrchestratorVersion: text,
    nodeImageVersion: text,
    scaleSetPriority: text,
    availabilityZones: listOf(z.string()),
    vnetSubnetID: text,
    podSubnetID: text,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'autoscaler',
    ...armItem(record),
    status:
      record.powerState?.code === 'Stopped' ? 'inactive' : provisioned(record.provisioningState),
    attributes: {
      node_count: record.count,
      vm_size: record.vmSize,
      mode: record.mode?.toLowerCase() ?? null,
      type: record.type,
      os_type: record.osType?.toLowerCase() ?? null,
      os_sku: record.osSKU,
      max_pods: record.maxPods,
      autoscaling: record.enableAutoScaling ?? false,
      min_count: record.minCount,
      max_count: record.maxCount,
      k8s_version: record.currentOrchestratorVersion ?? record.orchestratorVersion,
      node_image_version: record.nodeImageVersion,
      priority: record.scaleSetPriority?.toLowerCase() ?? 'regular',
      zones: [...record.availabilityZones].sort(),
      power_state: record.powerState?.code ?? null,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: (record, scope) => [
    idKey(record.id),
    ...(record.nodeResourceGroup
      ? [
          agentPoolKey(
            `/subscriptions/${scope.account}/resourceGroups/${record.nodeResourceGroup}`,
            record.name,
          ),
        ]
      : []),
  ],

  relations: {
    in_cluster: { type: 'part_of', target: 'azure_aks_cluster', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'azure_subnet', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_cluster', ownerOf(record.id, 'agentPools')),
    ...[record.vnetSubnetID, record.podSubnetID].flatMap((id) => refer('in_subnet', id)),
  ],
  volatile: [],
});
