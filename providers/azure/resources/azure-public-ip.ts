import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { link, listOf, text } from '../fields.ts';
import { dnsKey, idKey, publicIpKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalId, canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_public_ip',
  provider: 'azure',
  ci_types: ['ip_address'],
  summary:
    'A public address with its host name; the interface or load balancer that has it refers to it.',
  permissions: ['Microsoft.Network/publicIPAddresses/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).publicIPAddresses.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    sku: z.object({ name: text, tier: text }).nullish(),
    zones: listOf(z.string()),
    provisioningState: text,
    // One that is allocated when it is needed has none until then.
    ipAddress: text,
    publicIPAllocationMethod: text,
    publicIPAddressVersion: text,
    dnsSettings: z.object({ fqdn: text, reverseFqdn: text }).nullish(),
    ipConfiguration: link,
    natGateway: link,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => {
    const user = record.ipConfiguration ?? record.natGateway;
    const status = provisioned(record.provisioningState);
    return {
      ci_type: 'ip_address',
      ...armItem(record),
      status: status === 'active' && user === null ? 'inactive' : status,
      availability_zone: zoneOf(record.location, record.zones),
      ip_address: record.ipAddress,
      fqdn: record.dnsSettings?.fqdn ?? null,
      attributes: {
        sku: record.sku?.name ?? null,
        tier: record.sku?.tier ?? null,
        allocation: record.publicIPAllocationMethod,
        version: record.publicIPAddressVersion,
        reverse_fqdn: record.dnsSettings?.reverseFqdn ?? null,
        used_by: user && canonicalId(user),
        provisioning_state: record.provisioningState,
      },
    };
  },

  keys: ({ id, ipAddress, dnsSettings }) => [
    idKey(id),
    ...(ipAddress ? [publicIpKey(ipAddress)] : []),
    ...(dnsSettings?.fqdn ? [dnsKey(dnsSettings.fqdn)] : []),
  ],
  relations: { in_group: IN_GROUP },
  references: (record) => inGroup(record),
  volatile: [],
});
