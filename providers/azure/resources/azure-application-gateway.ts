import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import { backendReferences } from '../back-ends.ts';
import type { AzureClient } from '../client.ts';
import { count, flag, link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { addressKeys } from '../machine-interfaces.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, networkOf } from '../resource-id.ts';

/** Every state of the SDK's `ApplicationGatewayOperationalState`. */
const STATES: Readonly<Record<string, CiStatus>> = {
  Stopped: 'inactive',
  Starting: 'under_maintenance',
  Running: 'active',
  Stopping: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'azure_application_gateway',
  provider: 'azure',
  ci_types: ['load_balancer'],
  summary: 'An application gateway with its host names, and the machines and hosts behind it.',
  permissions: ['Microsoft.Network/applicationGateways/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).applicationGateways.listAll(), pageToken, signal),

  // Its certificates stand in the answer, too, and are not read.
  record: z.object({
    ...armFields,
    provisioningState: text,
    operationalState: text,
    sku: z.object({ name: text, tier: text, capacity: count }).nullish(),
    zones: listOf(z.string()),
    enableHttp2: flag,
    firewallPolicy: link,
    webApplicationFirewallConfiguration: z.object({ enabled: flag, firewallMode: text }).nullish(),
    autoscaleConfiguration: z.object({ minCapacity: count, maxCapacity: count }).nullish(),
    gatewayIPConfigurations: listOf(z.object({ subnet: link })),
    frontendIPConfigurations: listOf(
      z.object({ privateIPAddress: text, subnet: link, publicIPAddress: link }),
    ),
    frontendPorts: listOf(z.object({ port: count })),
    httpListeners: listOf(
      z.object({ protocol: text, hostName: text, hostNames: listOf(z.string()) }),
    ),
    backendAddressPools: listOf(
      z.object({
        id: z.string(),
        backendIPConfigurations: listOf(z.object({ id: text })),
        backendAddresses: listOf(z.object({ ipAddress: text, fqdn: text })),
      }),
    ),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'load_balancer',
    ...armItem(record),
    status: STATES[record.operationalState ?? ''] ?? provisioned(record.provisioningState),
    ip_address:
      record.frontendIPConfigurations.flatMap((one) => one.privateIPAddress ?? [])[0] ?? null,
    attributes: {
      sku: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      capacity: record.sku?.capacity ?? null,
      min_capacity: record.autoscaleConfiguration?.minCapacity ?? null,
      max_capacity: record.autoscaleConfiguration?.maxCapacity ?? null,
      zones: record.zones,
      http2: record.enableHttp2,
      // By a policy of its own, or by the older configuration within the gateway.
      web_application_firewall:
        record.firewallPolicy !== null ||
        record.webApplicationFirewallConfiguration?.enabled === true,
      ports: record.frontendPorts.flatMap(({ port }) => port ?? []).sort((a, b) => a - b),
      protocols: [...new Set(record.httpListeners.flatMap(({ protocol }) => protocol ?? []))]
        .map((protocol) => protocol.toLowerCase())
        .sort(),
      host_names: [
        ...new Set(
          record.httpListeners.flatMap(({ hostName, hostNames }) => [
            ...(hostName ? [hostName] : []),
            ...hostNames,
          ]),
        ),
      ].sort(),
      state: record.operationalState,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: (record) => [
    idKey(record.id),
    ...addressKeys([
      {
        ipConfigurations: record.frontendIPConfigurations.map((one) => ({
          ...one,
          primary: null,
        })),
      },
    ]),
  ],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    has_public_ip: { type: 'uses', target: 'azure_public_ip', spread: 'forward' },
    // Network interfaces, instances of scale sets, addresses in its network, and host names.
    has_backend: { type: 'depends_on', target: 'azure_network_interface', spread: 'forward' },
  },
  references(record) {
    const subnets = record.gatewayIPConfigurations.flatMap(({ subnet }) => subnet ?? []);
    const network = subnets.flatMap((subnet) => networkOf(subnet) ?? [])[0];
    return [
      ...inGroup(record),
      ...subnets.flatMap((subnet) => refer('in_subnet', subnet)),
      ...record.frontendIPConfigurations.flatMap(({ publicIPAddress }) =>
        refer('has_public_ip', publicIPAddress),
      ),
      ...record.backendAddressPools.flatMap((pool) =>
        backendReferences(pool.id, [
          ...pool.backendIPConfigurations.map(({ id }) => ({ ipConfiguration: id })),
          ...pool.backendAddresses.map(({ ipAddress, fqdn }) => ({
            address: ipAddress,
            network: network ?? null,
            hostName: fqdn,
          })),
        ]),
      ),
    ];
  },
  volatile: [],
});
