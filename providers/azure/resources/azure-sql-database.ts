import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { SQL_DATABASE_STATES } from '../database-states.ts';
import { count, flag, instant, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listAllPages, listPage, listPartsPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, nameIn, ownerOf, resourceGroupName } from '../resource-id.ts';
import { SQL_PORT } from './azure-sql-server.ts';

const BYTES_PER_GIB = 1024 ** 3;
/** Every server has one, which holds its logins. It costs nothing and cannot be deleted. */
const SYSTEM_DATABASE = 'master';

export const resourceType = defineResourceType({
  name: 'azure_sql_database',
  provider: 'azure',
  ci_types: ['database'],
  summary: 'A database of Azure SQL Database, as its server lists it; without `master`.',
  permissions: ['Microsoft.Sql/servers/read', 'Microsoft.Sql/servers/databases/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) => {
    const { servers, databases } = await azure.service('sql');
    return listPartsPage(
      azure,
      pageToken,
      (token) => listPage(servers.list(), token, signal),
      async ({ id, fullyQualifiedDomainName }) => {
        const pages = databases.listByServer(resourceGroupName(id) ?? '', nameIn(id));
        const listed = await listAllPages(pages, signal);
        return listed
          .filter(({ name }) => name !== SYSTEM_DATABASE)
          .map((database) => ({ ...database, host: fullyQualifiedDomainName }));
      },
    );
  },

  record: z.object({
    ...armFields,
    kind: text,
    status: text,
    sku: z.object({ name: text, tier: text, capacity: count }).nullish(),
    maxSizeBytes: count,
    collation: text,
    creationDate: instant,
    zoneRedundant: flag,
    licenseType: text,
    readScale: text,
    secondaryType: text,
    elasticPoolId: text,
    failoverGroupId: text,
    currentBackupStorageRedundancy: text,
    autoPauseDelay: z.int().nullish(),
    host: text,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'database',
    ...armItem(record),
    status: SQL_DATABASE_STATES[record.status ?? ''] ?? 'active',
    hostname: record.host,
    fqdn: record.host,
    db_type: 'sqlserver',
    db_engine: 'azure-sql-database',
    port: SQL_PORT,
    connection_string:
      record.host && `sqlserver://${record.host}:${SQL_PORT}/${encodeURIComponent(record.name)}`,
    storage_gb: record.maxSizeBytes === null ? null : record.maxSizeBytes / BYTES_PER_GIB,
    // Azure backs every database up, and offers no way to stop it.
    backup_enabled: true,
    is_replica: record.secondaryType !== null,
    attributes: {
      kind: record.kind,
      sku: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      capacity: record.sku?.capacity ?? null,
      collation: record.collation,
      zone_redundant: record.zoneRedundant,
      license_type: record.licenseType,
      read_scale: record.readScale,
      secondary_type: record.secondaryType,
      elastic_pool: record.elasticPoolId && nameIn(record.elasticPoolId),
      failover_group: record.failoverGroupId && nameIn(record.failoverGroupId),
      backup_redundancy: record.currentBackupStorageRedundancy,
      auto_pause_minutes: record.autoPauseDelay ?? null,
      create_time: record.creationDate,
      state: record.status,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: { hosted_on: { type: 'hosted_on', target: 'azure_sql_server', spread: 'forward' } },
  references: (record) => refer('hosted_on', ownerOf(record.id, 'databases')),
  volatile: [],
});
