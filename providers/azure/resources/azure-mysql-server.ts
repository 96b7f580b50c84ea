import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { IN_GROUP, inGroup } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import {
  flexibleServerFields,
  flexibleServerItem,
  flexibleServerKeys,
  sourceOf,
} from '../flexible-server.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

const PORT = 3306;

export const resourceType = defineResourceType({
  name: 'azure_mysql_server',
  provider: 'azure',
  ci_types: ['database'],
  summary:
    'A flexible server of Azure Database for MySQL, with its subnet and the source of a replica.',
  permissions: ['Microsoft.DBforMySQL/flexibleServers/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('mysql')).servers.list(), pageToken, signal),

  record: z.object(flexibleServerFields),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'database',
    ...flexibleServerItem(record, 'mysql', PORT),
    db_version: record.version,
  }),

  keys: (record) => flexibleServerKeys(record),

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    replicates: { type: 'depends_on', target: 'azure_mysql_server', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer('in_subnet', record.network?.delegatedSubnetResourceId),
    ...refer('replicates', sourceOf(record)),
  ],
  volatile: [],
});
