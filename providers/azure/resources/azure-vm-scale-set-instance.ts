import type { VirtualMachineScaleSet } from '@azure/arm-compute';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, instant, listOf, text } from '../fields.ts';
import { idKey, vmIdKeys } from '../keys.ts';
import {
  addressKeys,
  groupedByMachine,
  joined,
  networkFields,
  placesOf,
} from '../machine-interfaces.ts';
import { listAllPages, listPage, listPartsPage } from '../paging.ts';
import { readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { canonicalId, canonicalIdAt, nameIn, ownerOf, resourceGroupName } from '../resource-id.ts';
import {
  diskGb,
  disksOf,
  imageName,
  machineInterface,
  osProfile,
  size,
  storageProfile,
} from '../vm-parts.ts';
import { SIZES_PERMISSION, vmSizes } from '../vm-sizes.ts';
import { instanceView, powerState, vmStatus } from '../vm-states.ts';

const INTERFACES_PERMISSION = 'Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read';

export const resourceType = defineResourceType({
  name: 'azure_vm_scale_set_instance',
  provider: 'azure',
  ci_types: ['azure_vm'],
  summary:
    'A machine of a uniform scale set, such as a node of AKS; those of flexible ones are virtual machines.',
  permissions: [
    'Microsoft.Compute/virtualMachineScaleSets/read',
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
    SIZES_PERMISSION,
    INTERFACES_PERMISSION,
  ],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPartsPage(
      azure,
      pageToken,
      async (token) => {
        const { virtualMachineScaleSets } = await azure.service('compute');
        const page = await listPage(virtualMachineScaleSets.listAll(), token, signal);
        const uniform = page.records.filter((set) => set.orchestrationMode !== 'Flexible');
        return { ...page, records: uniform };
      },
      (scaleSet) => instancesOf(azure, scaleSet, signal),
    ),

  record: z.object({
    ...armFields,
    instanceId: text,
    vmId: text,
    zones: listOf(z.string()),
    sku: z.object({ name: text }).nullish(),
    provisioningState: text,
    timeCreated: instant,
    latestModelApplied: flag,
    storageProfile,
    osProfile,
    instanceView,
    interfaces: z.array(machineInterface),
    size,
    deniedReads: z.array(z.string()),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'azure_vm',
    ...armItem(record),
    status: vmStatus(powerState(record.instanceView), record.provisioningState),
    availability_zone: zoneOf(record.location, record.zones),
    hostname: record.osProfile ?? record.instanceView?.computerName ?? null,
    cpu_cores: record.size?.vcpus ?? null,
    memory_gb: record.size?.memory_gb ?? null,
    disk_gb: diskGb(record.storageProfile),
    os_type: record.storageProfile?.osDisk?.osType?.toLowerCase() ?? null,
    os_version: record.instanceView?.osVersion ?? null,
    ...networkFields(record.interfaces),
    attributes: {
      instance_id: record.instanceId,
      vm_id: record.vmId,
      vm_size: record.sku?.name ?? null,
      power_state: powerState(record.instanceView),
      provisioning_state: record.provisioningState,
      create_time: record.timeCreated,
      image: imageName(record.storageProfile),
      os_name: record.instanceView?.osName ?? null,
      latest_model_applied: record.latestModelApplied,
      denied_reads: record.deniedReads,
    },
  }),

  keys: (record) => [
    idKey(record.id),
    ...(record.vmId ? vmIdKeys(record.vmId) : []),
    ...addressKeys(record.interfaces),
  ],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    in_network: { type: 'part_of', target: 'azure_virtual_network', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'azure_network_security_group', spread: 'none' },
    has_disk: { type: 'uses', target: 'azure_disk', spread: 'forward' },
    // Its failure starts no new machines, and leaves those that run as they are.
    scaled_by: { type: 'managed_by', target: 'azure_vm_scale_set', spread: 'none' },
  },

  references: (record) => {
    const { subnets, networks, securityGroups } = placesOf(record.interfaces);
    return [
      ...inGroup(record),
      ...subnets.flatMap((id) => refer('in_subnet', id)),
      ...networks.flatMap((id) => refer('in_network', id)),
      ...securityGroups.flatMap((id) => refer('guarded_by', id)),
      ...disksOf(record.storageProfile).flatMap(({ id, device }) =>
        refer('has_disk', id, { attributes: { device } }),
      ),
      ...refer('scaled_by', ownerOf(record.id, 'virtualMachines')),
    ];
  },
  volatile: [],
});

/** The instances of one scale set with what they do now, and their addresses: two lists for all. */
async function instancesOf(
  azure: AzureClient,
  { id, location }: VirtualMachineScaleSet & { id: string },
  signal: AbortSignal,
) {
  const group = resourceGroupName(id) ?? '';
  const name = nameIn(id);
  const { virtualMachineScaleSetVMs } = await azure.service('compute');
  const instances = await listAllPages(
    virtualMachineScaleSetVMs.list(group, name, { expand: 'instanceView' }),
    signal,
  );
  if (instances.length === 0) return [];
  const { networkInterfaces } = await azure.service('network');
  const interfaces = await readDetail(INTERFACES_PERMISSION, async () =>
    groupedByMachine(
      await listAllPages(
        networkInterfaces.listVirtualMachineScaleSetNetworkInterfaces(group, name),
        signal,
        { kept: joined },
      ),
    ),
  );
  const sizes = await vmSizes(azure, [location], signal);
  return instances.map((instance) => ({
    ...instance,
    interfaces: interfaces.value?.get(canonicalId(instance.id ?? '')) ?? [],
    size: sizes.sizeOf(location, instance.sku?.name),
    deniedReads: [interfaces.denied, sizes.denied].flatMap((denied) => denied ?? []).sort(),
  }));
}
