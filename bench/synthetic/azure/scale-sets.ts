import { diskId, IMAGE } from './compute.ts';
import {
  INSTANCES_PER_SCALE_SET,
  POOLS_PER_CLUSTER,
  type SyntheticSubscription,
} from './estate.ts';
import { type Listing, resource } from './listing.ts';

/** Each node pool has a scale set. */
const scaleSetName = (index: number) => `aks-pool${index % POOLS_PER_CLUSTER}-${index}-vmss`;
const scaleSetIndex = (name: string) => Number(name.split('-')[2]);
/** AKS keeps the nodes of a cluster in a group of their own. */
export const nodeGroup = (cluster: number) => `MC_rg_aks-${cluster}_westeurope`;
const clusterOf = (scaleSet: number) => Math.floor(scaleSet / POOLS_PER_CLUSTER);

const scaleSets: Listing = {
  action: 'Microsoft.Compute/virtualMachineScaleSets/read',
  count: ({ counts }) => counts.scale_sets,
  one: (subscription, index, { epoch }) =>
    resource(subscription, 'Microsoft.Compute/virtualMachineScaleSets', index, epoch, {
      name: scaleSetName(index),
      group: nodeGroup(clusterOf(index)),
      tags: { 'aks-managed-poolName': `pool${index % POOLS_PER_CLUSTER}` },
      sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity: INSTANCES_PER_SCALE_SET },
      zones: ['1', '2', '3'],
      properties: {
        uniqueId: subscription.guid('scale set', index),
        provisioningState: 'Succeeded',
        singlePlacementGroup: false,
        platformFaultDomainCount: 1,
        upgradePolicy: { mode: 'Manual' },
        virtualMachineProfile: {
          storageProfile: {
            imageReference: { id: subscription.path('Microsoft.Compute/images', 'node', 'images') },
            osDisk: { osType: 'Linux', createOption: 'FromImage', diskSizeGB: 128 },
          },
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'main',
                properties: {
                  primary: true,
                  networkSecurityGroup: { id: subscription.securityGroupId(index) },
                  ipConfigurations: [
                    { name: 'main', properties: { subnet: { id: subscription.subnetId(index) } } },
                  ],
                },
              },
            ],
          },
        },
      },
    }),
};

export function instanceId(
  subscription: SyntheticSubscription,
  scaleSet: number,
  index: number,
): string {
  const type = 'Microsoft.Compute/virtualMachineScaleSets';
  const group = nodeGroup(clusterOf(scaleSet)).toUpperCase();
  return `${subscription.path(type, scaleSetName(scaleSet), group)}/virtualMachines/${index}`;
}

const instances: Listing = {
  action: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
  count: () => INSTANCES_PER_SCALE_SET,
  one(subscription, index, { owner, epoch }) {
    const scaleSet = scaleSetIndex(owner?.name ?? '');
    const number = scaleSet * INSTANCES_PER_SCALE_SET + index;
    return {
      id: instanceId(subscription, scaleSet, index),
      name: `${owner?.name}_${index}`,
      type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      location: subscription.location(scaleSet),
      tags: subscription.tags('instance', number, epoch),
      instanceId: String(index),
      sku: { name: 'Standard_D4s_v5', tier: 'Standard' },
      zones: [String((index % 3) + 1)],
      properties: {
        vmId: subscription.guid('instance', number),
        latestModelApplied: true,
        provisioningState: 'Succeeded',
        osProfile: { computerName: `${owner?.name}00000${index}` },
        storageProfile: {
          imageReference: IMAGE,
          osDisk: {
            osType: 'Linux',
            createOption: 'FromImage',
            diskSizeGB: 128,
            managedDisk: {
              id: diskId(subscription, index % subscription.counts.disks),
              storageAccountType: 'Premium_LRS',
            },
          },
        },
        instanceView: { statuses: [{ code: 'PowerState/running', level: 'Info' }] },
      },
    };
  },
};

const instanceInterfaces: Listing = {
  action: 'Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read',
  count: () => INSTANCES_PER_SCALE_SET,
  one(subscription, index, { owner }) {
    const scaleSet = scaleSetIndex(owner?.name ?? '');
    const machine = instanceId(subscription, scaleSet, index);
    const number = scaleSet * INSTANCES_PER_SCALE_SET + index;
    const { machines: before, few } = subscription.counts;
    return {
      id: `${machine}/networkInterfaces/main`,
      name: 'main',
      properties: {
        provisioningState: 'Succeeded',
        primary: true,
        macAddress: '00-0D-3A-00-00-01',
        virtualMachine: { id: machine },
        networkSecurityGroup: { id: subscription.securityGroupId(scaleSet) },
        ipConfigurations: [
          {
            id: `${machine}/networkInterfaces/main/ipConfigurations/main`,
            name: 'main',
            properties: {
              primary: true,
              privateIPAddress: subscription.address(before + few + number),
              subnet: { id: subscription.subnetId(scaleSet) },
            },
          },
        ],
      },
    };
  },
};

export const SCALE_SET_LISTINGS: Readonly<Record<string, Listing>> = {
  'microsoft.compute/virtualmachinescalesets': scaleSets,
  'microsoft.compute/virtualmachinescalesets/virtualmachines': instances,
  'microsoft.compute/virtualmachinescalesets/networkinterfaces': instanceInterfaces,
};
