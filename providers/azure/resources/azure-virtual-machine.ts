import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { amount, instant, link, listOf, text } from '../fields.ts';
import { idKey, vmIdKeys } from '../keys.ts';
import {
  addressKeys,
  INTERFACES_PERMISSION,
  interfacesByMachine,
  networkFields,
  placesOf,
} from '../machine-interfaces.ts';
import { listAllPages, listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalId, canonicalIdAt } from '../resource-id.ts';
import {
  diskGb,
  disksOf,
  imageId,
  imageName,
  machineInterface,
  networkProfile,
  osProfile,
  size,
  storageProfile,
} from '../vm-parts.ts';
import { SIZES_PERMISSION, vmSizes } from '../vm-sizes.ts';
import { type InstanceView, instanceView, keptOf, powerState, vmStatus } from '../vm-states.ts';

export const resourceType = defineResourceType({
  name: 'azure_virtual_machine',
  provider: 'azure',
  ci_types: ['azure_vm'],
  summary:
    'A virtual machine, also of a flexible scale set, with its power state, CPU, memory and addresses.',
  permissions: ['Microsoft.Compute/virtualMachines/read', SIZES_PERMISSION, INTERFACES_PERMISSION],
  level: 'account',

  async listPage(azure: AzureClient, pageToken, signal) {
    const { virtualMachines } = await azure.service('compute');
    const page = await listPage(virtualMachines.listAll(), pageToken, signal);
    if (page.records.length === 0) return page;
    const views = await azure.memo('instance views', () => instanceViews(azure, signal));
    const interfaces = await interfacesByMachine(azure, signal);
    const sizes = await vmSizes(
      azure,
      page.records.map(({ location }) => location),
      signal,
    );
    const records = page.records.map((machine) => {
      const id = canonicalId(machine.id ?? '');
      return {
        ...machine,
        instanceView: views.get(id),
        interfaces: interfaces.value?.get(id) ?? [],
        size: sizes.sizeOf(machine.location, machine.hardwareProfile?.vmSize),
        deniedReads: [interfaces.denied, sizes.denied].flatMap((denied) => denied ?? []).sort(),
      };
    });
    return { ...page, records };
  },

  record: z.object({
    ...armFields,
    vmId: text,
    zones: listOf(z.string()),
    provisioningState: text,
    timeCreated: instant,
    hardwareProfile: z
      .object({ vmSize: text, vmSizeProperties: z.object({ vCPUsAvailable: amount }).nullish() })
      .nullish(),
    storageProfile,
    osProfile,
    networkProfile,
    priority: text,
    licenseType: text,
    securityProfile: z.object({ securityType: text }).nullish(),
    availabilitySet: link,
    virtualMachineScaleSet: link,
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
    // Cores can be switched off for one machine.
    cpu_cores:
      record.hardwareProfile?.vmSizeProperties?.vCPUsAvailable ?? record.size?.vcpus ?? null,
    memory_gb: record.size?.memory_gb ?? null,
    disk_gb: diskGb(record.storageProfile),
    os_type: record.storageProfile?.osDisk?.osType?.toLowerCase() ?? null,
    os_version: record.instanceView?.osVersion ?? null,
    ...networkFields(record.interfaces),
    attributes: {
      vm_id: record.vmId,
      vm_size: record.hardwareProfile?.vmSize ?? null,
      power_state: powerState(record.instanceView),
      provisioning_state: record.provisioningState,
      create_time: record.timeCreated,
      image: imageName(record.storageProfile),
      os_name: record.instanceView?.osName ?? null,
      priority: record.priority?.toLowerCase() ?? 'regular',
      license_type: record.licenseType,
      security_type: record.securityProfile?.securityType ?? null,
      zones: record.zones,
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
    has_interface: { type: 'uses', target: 'azure_network_interface', spread: 'forward' },
    has_disk: { type: 'uses', target: 'azure_disk', spread: 'forward' },
    // Spreads its machines over the hardware, and has none of its own.
    in_availability_set: { type: 'part_of', target: 'azure_availability_set', spread: 'none' },
    // Its failure starts no new machines, and leaves those that run as they are.
    scaled_by: { type: 'managed_by', target: 'azure_vm_scale_set', spread: 'none' },
    // Read once, when the machine is made.
    made_from: { type: 'depends_on', target: 'machine image', spread: 'none' },
  },

  references: (record) => {
    const { subnets, networks, securityGroups } = placesOf(record.interfaces);
    return [
      ...inGroup(record),
      ...subnets.flatMap((id) => refer('in_subnet', id)),
      ...networks.flatMap((id) => refer('in_network', id)),
      ...securityGroups.flatMap((id) => refer('guarded_by', id)),
      ...record.networkProfile.flatMap((id) => refer('has_interface', id)),
      ...disksOf(record.storageProfile).flatMap(({ id, device }) =>
        refer('has_disk', id, { attributes: { device } }),
      ),
      ...refer('in_availability_set', record.availabilitySet),
      ...refer('scaled_by', record.virtualMachineScaleSet),
      ...refer('made_from', imageId(record.storageProfile)),
    ];
  },
  volatile: [],
});

/** What all machines do now, by canonical id: one list for all, instead of a call for each. */
async function instanceViews(
  azure: AzureClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, InstanceView>> {
  const { virtualMachines } = await azure.service('compute');
  const pages = virtualMachines.listAll({ statusOnly: 'true' });
  const views = await listAllPages(pages, signal, {
    kept: ({ id, instanceView: view }) => [canonicalId(id ?? ''), keptOf(view)] as const,
  });
  return new Map(views);
}
