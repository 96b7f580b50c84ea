import { DATABASES_PER_SERVER } from './estate.ts';
import { type Listing, nameOf, resource } from './listing.ts';

const CREATED = '2026-01-15T09:30:00Z';

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

export const DATABASE_LISTINGS: Readonly<Record<string, Listing>> = {
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
};
