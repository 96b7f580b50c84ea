import { pick } from '../random.ts';
import type { SyntheticSubscription } from './estate.ts';
import { type Listing, resource } from './listing.ts';

const SIZES = [
  { name: 'Standard_B2s', vcpus: 2, memory_gb: 4 },
  { name: 'Standard_D4s_v5', vcpus: 4, memory_gb: 16 },
  { name: 'Standard_E4-2s_v5', vcpus: 4, available: 2, memory_gb: 32 },
] as const;
const CREATED = '2026-01-15T09:30:00+00:00';
export const IMAGE = {
  publisher: 'Canonical',
  offer: 'ubuntu-24_04-lts',
  sku: 'server',
  version: 'latest',
  exactVersion: '24.04.202601150',
};

const machineName = (index: number) => `vm-${index}`;
const diskName = (index: number) => `disk-${index}`;

export function diskId(subscription: SyntheticSubscription, index: number): string {
  return subscription.path('Microsoft.Compute/disks', diskName(index), subscription.group(index));
}

/** This list answers the names of groups in capitals. */
export function machineId(subscription: SyntheticSubscription, index: number): string {
  const group = subscription.group(index).toUpperCase();
  return subscription.path('Microsoft.Compute/virtualMachines', machineName(index), group);
}

const power = (index: number) => (index % 7 === 3 ? 'deallocated' : 'running');

function instanceView(index: number) {
  return {
    computerName: machineName(index),
    osName: 'ubuntu',
    osVersion: '24.04',
    statuses: [
      {
        code: 'ProvisioningState/succeeded',
        level: 'Info',
        displayStatus: 'Provisioning succeeded',
      },
      { code: `PowerState/${power(index)}`, level: 'Info', displayStatus: `VM ${power(index)}` },
    ],
  };
}

/** @param root its disk, by its place; @param data another one, or null */
function storageProfile(
  subscription: SyntheticSubscription,
  index: number,
  root: number,
  data: number | null,
) {
  const managed = (disk: number) => ({
    id: diskId(subscription, disk),
    storageAccountType: 'Premium_LRS',
  });
  return {
    imageReference: IMAGE,
    osDisk: {
      osType: index % 5 === 4 ? 'Windows' : 'Linux',
      name: diskName(root),
      createOption: 'FromImage',
      caching: 'ReadWrite',
      diskSizeGB: 64,
      managedDisk: managed(root),
    },
    dataDisks:
      data === null
        ? []
        : [
            {
              lun: 0,
              name: diskName(data),
              createOption: 'Attach',
              diskSizeGB: 128,
              managedDisk: managed(data),
            },
          ],
  };
}

const isStatusOnly = (query: URLSearchParams) => query.get('statusOnly') === 'true';

const machines: Listing = {
  action: 'Microsoft.Compute/virtualMachines/read',
  count: ({ counts }) => counts.machines,
  one(subscription, index, { epoch, query }) {
    const base = {
      id: machineId(subscription, index),
      name: machineName(index),
      type: 'Microsoft.Compute/virtualMachines',
      location: subscription.location(index),
    };
    if (isStatusOnly(query)) return { ...base, properties: { instanceView: instanceView(index) } };
    const { counts } = subscription;
    const data = counts.machines + index;
    const setId = subscription.path(
      'Microsoft.Compute/availabilitySets',
      `avset-${index % counts.few}`,
      subscription.group(index % counts.few),
    );
    return {
      ...base,
      tags: subscription.tags('machine', index, epoch),
      ...(index % 2 === 0 ? { zones: [String((index % 3) + 1)] } : {}),
      properties: {
        vmId: subscription.guid('machine', index),
        provisioningState: 'Succeeded',
        hardwareProfile: { vmSize: pick(SIZES, index, 'size').name },
        storageProfile: storageProfile(
          subscription,
          index,
          index,
          data < counts.disks ? data : null,
        ),
        osProfile: { computerName: machineName(index), adminUsername: 'synthetic' },
        networkProfile: {
          networkInterfaces: [
            { id: interfaceId(subscription, index), properties: { primary: true } },
          ],
        },
        ...(index % 2 === 1
          ? {
              availabilitySet: {
                id: setId.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/'),
              },
            }
          : {}),
      },
    };
  },
};

export function interfaceId(subscription: SyntheticSubscription, index: number): string {
  const type = 'Microsoft.Network/networkInterfaces';
  return subscription.path(type, `nic-${index}`, subscription.group(index));
}

const disks: Listing = {
  action: 'Microsoft.Compute/disks/read',
  count: ({ counts }) => counts.disks,
  one(subscription, index, { epoch }) {
    const { machines: count } = subscription.counts;
    const machine = index < count ? index : index - count;
    const isUsed = machine < count;
    return resource(subscription, 'Microsoft.Compute/disks', index, epoch, {
      name: diskName(index),
      ...(isUsed ? { managedBy: machineId(subscription, machine) } : {}),
      sku: { name: 'Premium_LRS', tier: 'Premium' },
      properties: {
        timeCreated: CREATED,
        osType: index < count ? 'Linux' : undefined,
        creationData: { createOption: 'Empty' },
        diskSizeGB: index < count ? 64 : 128,
        provisioningState: 'Succeeded',
        diskState: isUsed ? 'Attached' : 'Unattached',
      },
    });
  },
};

const snapshots: Listing = {
  action: 'Microsoft.Compute/snapshots/read',
  count: ({ counts }) => counts.snapshots,
  one: (subscription, index, { epoch }) =>
    resource(subscription, 'Microsoft.Compute/snapshots', index, epoch, {
      name: `snapshot-${index}`,
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      properties: {
        timeCreated: CREATED,
        creationData: {
          createOption: 'Copy',
          sourceResourceId: diskId(subscription, index % subscription.counts.disks),
        },
        diskSizeGB: 64,
        incremental: index % 2 === 0,
        provisioningState: 'Succeeded',
      },
    }),
};

const availabilitySets: Listing = {
  action: 'Microsoft.Compute/availabilitySets/read',
  count: ({ counts }) => counts.few,
  one: (subscription, index, { epoch }) =>
    resource(subscription, 'Microsoft.Compute/availabilitySets', index, epoch, {
      name: `avset-${index}`,
      sku: { name: 'Aligned' },
      properties: { platformFaultDomainCount: 2, platformUpdateDomainCount: 5 },
    }),
};

const skus: Listing = {
  action: 'Microsoft.Compute/skus/read',
  // As many of other kinds as of machines, as in the real catalogue.
  count: () => SIZES.length * 2,
  one(_subscription, index, { query }) {
    const location = /location eq '(\w+)'/.exec(query.get('$filter') ?? '')?.[1] ?? '';
    const size = SIZES[index];
    if (size === undefined) {
      const name = ['Premium_LRS', 'Standard_LRS', 'Aligned'][index - SIZES.length];
      return { resourceType: 'disks', name, locations: [location], capabilities: [] };
    }
    const capability = (name: string, value: number) => ({ name, value: String(value) });
    return {
      resourceType: 'virtualMachines',
      name: size.name,
      tier: 'Standard',
      locations: [location],
      capabilities: [
        capability('vCPUs', size.vcpus),
        capability('MemoryGB', size.memory_gb),
        ...('available' in size ? [capability('vCPUsAvailable', size.available)] : []),
      ],
    };
  },
};

export const COMPUTE_LISTINGS: Readonly<Record<string, Listing>> = {
  'microsoft.compute/virtualmachines': machines,
  'microsoft.compute/disks': disks,
  'microsoft.compute/snapshots': snapshots,
  'microsoft.compute/availabilitysets': availabilitySets,
  'microsoft.compute/skus': skus,
};
