import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { amount, count, flag, instant, listOf, text } from '../fields.ts';
import { agentPoolKey, idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, resourceGroupId } from '../resource-id.ts';
import { imageId, imageName, storageProfile } from '../vm-parts.ts';

/** By which AKS names the node pool of a scale set; the cluster autoscaler reads both, too. */
const AGENT_POOL_TAGS = ['aks-managed-poolname', 'poolname'];

export const resourceType = defineResourceType({
  name: 'azure_vm_scale_set',
  provider: 'azure',
  ci_types: ['autoscaler'],
  summary: 'A scale set of virtual machines, uniform or flexible; AKS keeps its nodes in some.',
  permissions: ['Microsoft.Compute/virtualMachineScaleSets/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('compute')).virtualMachineScaleSets.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    uniqueId: text,
    sku: z.object({ name: text, tier: text, capacity: count }).nullish(),
    zones: listOf(z.string()),
    provisioningState: text,
    timeCreated: instant,
    orchestrationMode: text,
    singlePlacementGroup: flag,
    zoneBalance: flag,
    platformFaultDomainCount: amount,
    upgradePolicy: z.object({ mode: text }).nullish(),
    virtualMachineProfile: z
      .object({
        storageProfile,
        priority: text,
        networkProfile: z
          .object({
            networkInterfaceConfigurations: listOf(
              z.object({
                networkSecurityGroup: z.object({ id: text }).nullish(),
                ipConfigurations: listOf(z.object({ subnet: z.object({ id: text }).nullish() })),
              }),
            ),
          })
          .nullish(),
      })
      .nullish(),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'autoscaler',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      unique_id: record.uniqueId,
      vm_size: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      capacity: record.sku?.capacity ?? null,
      orchestration_mode: record.orchestrationMode,
      upgrade_mode: record.upgradePolicy?.mode ?? null,
      priority: record.virtualMachineProfile?.priority ?? null,
      image: imageName(record.virtualMachineProfile?.storageProfile),
      os_type: record.virtualMachineProfile?.storageProfile?.osDisk?.osType?.toLowerCase() ?? null,
      zones: record.zones,
      zone_balance: record.zoneBalance,
      single_placement_group: record.singlePlacementGroup,
      fault_domains: record.platformFaultDomainCount,
      provisioning_state: record.provisioningState,
      create_time: record.timeCreated,
    },
  }),

  keys: ({ id }) => [idKey(id)],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'uses', target: 'azure_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'azure_network_security_group', spread: 'none' },
    in_agent_pool: { type: 'part_of', target: 'azure_aks_agent_pool', spread: 'none' },
    made_from: { type: 'depends_on', target: 'machine image', spread: 'none' },
  },

  references: (record) => {
    const group = resourceGroupId(record.id);
    const pool = Object.entries(record.tags).find(([key]) =>
      AGENT_POOL_TAGS.includes(key.toLowerCase()),
    )?.[1];
    const interfaces =
      record.virtualMachineProfile?.networkProfile?.networkInterfaceConfigurations ?? [];
    return [
      ...inGroup(record),
      ...interfaces.flatMap(({ ipConfigurations }) =>
        ipConfigurations.flatMap(({ subnet }) => refer('in_subnet', subnet?.id)),
      ),
      ...interfaces.flatMap((one) => refer('guarded_by', one.networkSecurityGroup?.id)),
      ...(pool && group
        ? [{ relation: 'in_agent_pool' as const, key: agentPoolKey(group, pool) }]
        : []),
      ...refer('made_from', imageId(record.virtualMachineProfile?.storageProfile)),
    ];
  },
  volatile: [],
});
