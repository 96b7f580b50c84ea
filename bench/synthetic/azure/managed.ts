import { nodeGroup } from './compute.ts';
import {
  DATABASES_PER_SERVER,
  INSTANCES_PER_SCALE_SET,
  POOLS_PER_CLUSTER,
  type SyntheticSubscription,
} from './estate.ts';
import { type Listing, resource } from './listing.ts';

const CREATED = '2026-01-15T09:30:00Z';

/** A name that is unique in the world, as those of host names must be. */
const nameOf = (subscription: SyntheticSubscription, kind: string, index: number) =>
  `${kind}-${subscription.id.slice(0, 8)}-${index}`;

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

const sqlServers: Listing = {
  action: 'Microsoft.Sql/servers/read',
  count: ({ counts }) => counts.databases,
  one(subscription, index, { epoch }) {
    const name = nameOf(subscription, 'sql', index);
    return resource(subscription, 'Microsoft.Sql/servers', index, epoch, {
      name,
      kind: 'v12.0',
      properties: {
        version: '12.0',
        state: 'Ready',
        fullyQualifiedDomainName: `${name}.database.windows.net`,
      },
    });
  },
};

/** `master` first, as every server has it. */
const sqlDatabases: Listing = {
  action: 'Microsoft.Sql/servers/databases/read',
  count: () => DATABASES_PER_SERVER + 1,
  one(subscription, index, { owner, epoch }) {
    const name = index === 0 ? 'master' : `database-${index}`;
    const server = owner ? subscription.path('Microsoft.Sql/servers', owner.name, owner.group) : '';
    return {
      id: `${server}/databases/${name}`,
      name,
      type: 'Microsoft.Sql/servers/databases',
      location: 'westeurope',
      tags: subscription.tags(owner?.name ?? '', index, epoch),
      kind: 'v12.0,user,vcore',
      sku: { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 2 },
      properties: {
        status: 'Online',
        collation: 'SQL_Latin1_General_CP1_CI_AS',
        maxSizeBytes: 34_359_738_368,
        creationDate: CREATED,
        zoneRedundant: false,
      },
    };
  },
};

/** Flexible servers, each with a replica behind it. */
function flexibleServers(namespace: string, kind: string, domain: string): Listing {
  const type = `${namespace}/flexibleServers`;
  return {
    action: `${type}/read`,
    count: ({ counts }) => counts.databases,
    one(subscription, index, { epoch }) {
      const name = nameOf(subscription, kind, index);
      const source = nameOf(subscription, kind, index - 1);
      const isReplica = index % 2 === 1;
      const sourceId = subscription.path(type, source, subscription.group(index - 1));
      return resource(subscription, type, index, epoch, {
        name,
        location: 'West Europe',
        sku: { name: 'Standard_D4ds_v5', tier: 'GeneralPurpose' },
        properties: {
          version: kind === 'mysql' ? '8.0.21' : '16',
          state: 'Ready',
          fullyQualifiedDomainName: `${name}.${domain}`,
          availabilityZone: '1',
          replicationRole: isReplica ? (kind === 'mysql' ? 'Replica' : 'AsyncReplica') : 'None',
          ...(isReplica ? { sourceServerResourceId: sourceId } : {}),
          storage: { storageSizeGB: 128, iops: 500, autoGrow: 'Enabled' },
          backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' },
          highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
          network: {
            publicNetworkAccess: 'Disabled',
            delegatedSubnetResourceId: subscription.subnetId(index),
          },
        },
      });
    },
  };
}

const caches: Listing = {
  action: 'Microsoft.Cache/redis/read',
  count: ({ counts }) => counts.few,
  one(subscription, index, { epoch }) {
    const name = nameOf(subscription, 'redis', index);
    return resource(subscription, 'Microsoft.Cache/Redis', index, epoch, {
      name,
      properties: {
        provisioningState: 'Succeeded',
        redisVersion: '6.0',
        sku: { name: 'Premium', family: 'P', capacity: 1 },
        hostName: `${name}.redis.cache.windows.net`,
        port: 6379,
        sslPort: 6380,
        enableNonSslPort: false,
      },
    });
  },
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
  'microsoft.sql/servers': sqlServers,
  'microsoft.sql/servers/databases': sqlDatabases,
  'microsoft.dbforpostgresql/flexibleservers': flexibleServers(
    'Microsoft.DBforPostgreSQL',
    'postgres',
    'postgres.database.azure.com',
  ),
  'microsoft.dbformysql/flexibleservers': flexibleServers(
    'Microsoft.DBforMySQL',
    'mysql',
    'mysql.database.azure.com',
  ),
  'microsoft.cache/redis': caches,
  'microsoft.storage/storageaccounts': stores,
  'microsoft.web/serverfarms': plans,
  'microsoft.web/sites': sites,
};
