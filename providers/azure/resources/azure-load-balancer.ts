import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import { backendReferences } from '../back-ends.ts';
import type { AzureClient } from '../client.ts';
import { count, link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { addressKeys } from '../machine-interfaces.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_load_balancer',
  provider: 'azure',
  ci_types: ['load_balancer'],
  summary: 'A load balancer with its front ends and rules, and the machines behind it.',
  permissions: ['Microsoft.Network/loadBalancers/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).loadBalancers.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    sku: z.object({ name: text, tier: text }).nullish(),
    frontendIPConfigurations: listOf(
      z.object({ privateIPAddress: text, subnet: link, publicIPAddress: link }),
    ),
    backendAddressPools: listOf(
      z.object({
        id: z.string(),
        name: text,
        virtualNetwork: link,
        backendIPConfigurations: listOf(z.object({ id: text })),
        loadBalancerBackendAddresses: listOf(
          z.object({
            ipAddress: text,
            virtualNetwork: link,
            networkInterfaceIPConfiguration: link,
          }),
        ),
      }),
    ),
    loadBalancingRules: listOf(
      z.object({ name: text, protocol: text, frontendPort: count, backendPort: count }),
    ),
    probes: listOf(z.object({ protocol: text, port: count, requestPath: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'load_balancer',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    ip_address:
      record.frontendIPConfigurations.flatMap((one) => one.privateIPAddress ?? [])[0] ?? null,
    attributes: {
      sku: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      scheme: record.frontendIPConfigurations.some((one) => one.publicIPAddress !== null)
        ? 'public'
        : 'internal',
      rules: record.loadBalancingRules
        .map(({ name, protocol, frontendPort, backendPort }) => ({
          name,
          protocol: protocol?.toLowerCase() ?? null,
          port: frontendPort,
          backend_port: backendPort,
        }))
        .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      probes: record.probes
        .map(
          ({ protocol, port, requestPath }) =>
            `${protocol?.toLowerCase()}/${port}${requestPath ?? ''}`,
        )
        .sort(),
      provisioning_state: record.provisioningState,
    },
  }),

  keys: (record) => [
    idKey(record.id),
    ...addressKeys([{ ipConfigurations: record.frontendIPConfigurations.map(frontEnd) }]),
  ],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    has_public_ip: { type: 'uses', target: 'azure_public_ip', spread: 'forward' },
    // Network interfaces; instances of scale sets have theirs within them.
    has_backend: { type: 'depends_on', target: 'azure_network_interface', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...record.frontendIPConfigurations.flatMap(({ subnet }) => refer('in_subnet', subnet)),
    ...record.frontendIPConfigurations.flatMap(({ publicIPAddress }) =>
      refer('has_public_ip', publicIPAddress),
    ),
    ...record.backendAddressPools.flatMap((pool) =>
      backendReferences(pool.id, [
        ...pool.backendIPConfigurations.map(({ id }) => ({ ipConfiguration: id })),
        ...pool.loadBalancerBackendAddresses.map((address) => ({
          ipConfiguration: address.networkInterfaceIPConfiguration,
          address: address.ipAddress,
          network: address.virtualNetwork ?? pool.virtualNetwork,
        })),
      ]),
    ),
  ],
  volatile: [],
});

function frontEnd(one: { privateIPAddress: string | null; subnet: string | null }) {
  return { ...one, primary: null, publicIPAddress: null };
}
