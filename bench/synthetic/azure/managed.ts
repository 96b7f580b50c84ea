import {
  INSTANCES_PER_SCALE_SET,
  POOLS_PER_CLUSTER,
  type SyntheticSubscription,
} from './estate.ts';
import { type Listing, nameOf, resource } from './listing.ts';
import { nodeGroup } from './scale-sets.ts';

const CREATED = '2026-01-15T09:30:00Z';

/** Groups that people made, then those in which AKS keeps nodes. */
const groups: Listing = {
  action: 'Microsoft.Resources/subscriptions/resourceGroups/read',
  count: ({ counts }) => counts.groups + counts.clusters,
  one(subscription, index, { epoch }) {
    const { groups: count } = subscription.counts;
    const cluster = index - count;
    const name = cluster < 0 ? subscription.group(index) : nodeGroup(cluster);
    return {
      id: `/subscriptions/${subscription.id}/resourceGroups/${name}`,
      name,
      type: 'Microsoft.Resources/resourceGroups',
      location: 'westeurope',
      tags: subscription.tags('group', index, epoch),
      ...(cluster < 0 ? {} : { managedBy: clusterId(subscription, cluster) }),
      properties: { provisioningState: 'Succeeded' },
    };
  },
};

function clusterId(subscription: SyntheticSubscription, index: number): string {
  const type = 'Microsoft.ContainerService/managedClusters';
  return subscription.path(type, `aks-${index}`, subscription.group(index));
}

const clusters: Listing = {
  action: 'Microsoft.ContainerService/managedClusters/read',
  count: ({ counts }) => counts.clusters,
  one: (subscription, index, { epoch }) =>
    resource(subscription, 'Microsoft.ContainerService/managedClusters', index, epoch, {
      name: `aks-${index}`,
      properties: {
        provisioningState: 'Succeeded',
        kubernetesVersion: '1.34.4',
        dnsPrefix: `aks-${index}`,
        fqdn: `${nameOf(subscription, 'aks', index)}.hcp.westeurope.azmk8s.io`,
        nodeResourceGroup: nodeGroup(index),
        enableRBAC: true,
        networkProfile: {
          networkPlugin: 'azure',
          podCidr: '10.244.0.0/16',
          serviceCidr: '10.2.0.0/16',
        },
        agentPoolProfiles: Array.from({ length: POOLS_PER_CLUSTER }, (_, pool) => ({
          name: `pool${pool}`,
          count: INSTANCES_PER_SCALE_SET,
          vmSize: 'Standard_D4s_v5',
          osType: 'Linux',
          type: 'VirtualMachineScaleSets',
          maxPods: 110,
          enableAutoScaling: pool === 0,
          orchestratorVersion: '1.34.4',
          provisioningState: 'Succeeded',
          vnetSubnetID: subscription.subnetId(index),
        })),
      },
    }),
};

const stores: Listing = {
  action: 'Microsoft.Storage/storageAccounts/read',
  count: ({ counts }) => counts.stores,
  one(subscription, index, { epoch }) {
    const name = nameOf(subscription, 'store', index).replaceAll('-', '');
    return resource(subscription, 'Microsoft.Storage/storageAccounts', index, epoch, {
      name,
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        statusOfPrimary: 'available',
        creationTime: CREATED,
        accessTier: 'Hot',
        primaryEndpoints: {
          blob: `https://${name}.blob.core.windows.net/`,
          file: `https://${name}.file.core.windows.net/`,
        },
        encryption: { keySource: 'Microsoft.Storage', services: {} },
        supportsHttpsTrafficOnly: true,
      },
    });
  },
};

const plans: Listing = {
  action: 'Microsoft.Web/serverfarms/read',
  count: ({ counts }) => counts.few,
  one: (subscription, index, { epoch }) =>
    resource(subscription, 'Microsoft.Web/serverfarms', index, epoch, {
      name: `plan-${index}`,
      location: 'West Europe',
      kind: 'linux',
      sku: { name: 'P1v3', tier: 'PremiumV3', size: 'P1v3', family: 'Pv3', capacity: 2 },
      properties: {
        status: 'Ready',
        reserved: true,
        numberOfSites: 2,
        provisioningState: 'Succeeded',
      },
    }),
};

/** Web apps and function apps by turns, in one list. */
const sites: Listing = {
  action: 'Microsoft.Web/sites/read',
  count: ({ counts }) => counts.sites,
  one(subscription, index, { epoch }) {
    const name = nameOf(subscription, 'site', index);
    const plan = index % subscription.counts.few;
    return resource(subscription, 'Microsoft.Web/sites', index, epoch, {
      name,
      location: 'West Europe',
      kind: index % 2 === 0 ? 'app,linux' : 'functionapp,linux',
      properties: {
        state: 'Running',
        enabled: true,
        availabilityState: 'Normal',
        usageState: 'Normal',
        reserved: true,
        httpsOnly: true,
        defaultHostName: `${name}.azurewebsites.net`,
        hostNames: [`${name}.azurewebsites.net`],
        serverFarmId: subscription.path(
          'Microsoft.Web/serverfarms',
          `plan-${plan}`,
          subscription.group(plan),
        ),
        siteConfig: { linuxFxVersion: 'NODE|22-lts' },
        lastModifiedTimeUtc: CREATED,
      },
    });
  },
};

export const MANAGED_LISTINGS: Readonly<Record<string, Listing>> = {
  resourcegroups: groups,
  'microsoft.containerservice/managedclusters': clusters,
  'microsoft.storage/storageaccounts': stores,
  'microsoft.web/serverfarms': plans,
  'microsoft.web/sites': sites,
};
