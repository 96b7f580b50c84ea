import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { IN_GROUP, inGroup } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { text } from '../fields.ts';
import {
  flexibleServerFields,
  flexibleServerItem,
  flexibleServerKeys,
  sourceOf,
} from '../flexible-server.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

const PORT = 5432;

export const resourceType = defineResourceType({
  name: 'azure_postgresql_server',
  provider: 'azure',
  ci_types: ['database'],
  summary:
    'A flexible server of Azure Database for PostgreSQL, with its subnet and the source of a replica.',
  permissions: ['Microsoft.DBforPostgreSQL/flexibleServers/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('postgresql')).servers.listBySubscription(), pageToken, signal),

  record: z.object({ ...flexibleServerFields, minorVersion: text }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'database',
    ...flexibleServerItem(record, 'postgresql', PORT),
    db_version: record.minorVersion ? `${record.version}.${record.minorVersion}` : record.version,
  }),

  keys: (record) => flexibleServerKeys(record),

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    replicates: { type: 'depends_on', target: 'azure_postgresql_server', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer('in_subnet', record.network?.delegatedSubnetResourceId),
    ...refer('replicates', sourceOf(record)),
  ],
  volatile: [],
});
