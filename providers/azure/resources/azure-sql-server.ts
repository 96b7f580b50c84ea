import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, listOf, text } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalIdAt } from '../resource-id.ts';

/** The port of every logical server. */
export const SQL_PORT = 1433;

export const resourceType = defineResourceType({
  name: 'azure_sql_server',
  provider: 'azure',
  ci_types: ['database'],
  summary: 'A logical server of Azure SQL Database; its databases refer to it.',
  permissions: ['Microsoft.Sql/servers/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('sql')).servers.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    kind: text,
    version: text,
    state: text,
    fullyQualifiedDomainName: text,
    minimalTlsVersion: text,
    publicNetworkAccess: text,
    restrictOutboundNetworkAccess: text,
    administrators: z.object({ azureADOnlyAuthentication: flag }).nullish(),
    privateEndpointConnections: listOf(z.object({ id: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'database',
    ...armItem(record),
    status: record.state === 'Disabled' ? 'inactive' : 'active',
    hostname: record.fullyQualifiedDomainName,
    fqdn: record.fullyQualifiedDomainName,
    db_type: 'sqlserver',
    db_engine: 'azure-sql-database',
    db_version: record.version,
    port: SQL_PORT,
    connection_string:
      record.fullyQualifiedDomainName &&
      `sqlserver://${record.fullyQualifiedDomainName}:${SQL_PORT}`,
    attributes: {
      kind: record.kind,
      minimal_tls_version: record.minimalTlsVersion,
      public_network_access: record.publicNetworkAccess,
      restrict_outbound_access: record.restrictOutboundNetworkAccess,
      entra_only_authentication: record.administrators?.azureADOnlyAuthentication ?? null,
      private_endpoint_count: record.privateEndpointConnections.length,
      state: record.state,
    },
  }),

  keys: ({ id, fullyQualifiedDomainName: host }) => [idKey(id), ...(host ? [dnsKey(host)] : [])],
  // Its private endpoints lead to it, and stand in the networks from which it is reached.
  relations: { in_group: IN_GROUP },
  references: (record) => inGroup(record),
  volatile: [],
});
