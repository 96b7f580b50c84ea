import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_nat_gateway',
  provider: 'azure',
  ci_types: ['network_gateway'],
  summary: 'A NAT gateway; the subnets that go out by it refer to it.',
  permissions: ['Microsoft.Network/natGateways/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).natGateways.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    sku: z.object({ name: text }).nullish(),
    zones: listOf(z.string()),
    idleTimeoutInMinutes: count,
    publicIpAddresses: listOf(z.object({ id: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'network_gateway',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    availability_zone: zoneOf(record.location, record.zones),
    attributes: {
      sku: record.sku?.name ?? null,
      idle_timeout_minutes: record.idleTimeoutInMinutes,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: {
    in_group: IN_GROUP,
    has_public_ip: { type: 'uses', target: 'azure_public_ip', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...record.publicIpAddresses.flatMap(({ id }) => refer('has_public_ip', id)),
  ],
  volatile: [],
});
