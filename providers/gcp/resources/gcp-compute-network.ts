import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { computeKey, projectKey } from '../keys.ts';
import { described } from '../labels.ts';
import { globalPage } from '../pages.ts';
import { refer, referByKey } from '../refer.ts';
import { computeName, pathOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_network',
  provider: 'gcp',
  ci_types: ['vpc'],
  summary: 'A VPC network of the project, with its peerings; it spans all regions.',
  permissions: ['compute.networks.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    globalPage(gcp, { service: 'NetworksClient' }, pageToken, signal),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    autoCreateSubnetworks: flag,
    /** Of a legacy network, which has a range of its own and no subnetworks. */
    IPv4Range: text,
    mtu: count,
    routingConfig: z.object({ routingMode: text }).nullish(),
    internalIpv6Range: text,
    networkFirewallPolicyEnforcementOrder: text,
    peerings: listOf(z.object({ name: text, network: text, state: text })),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'vpc',
    name: record.name,
    display_name: record.name,
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      network_id: record.id,
      description: record.description,
      auto_create_subnetworks: record.autoCreateSubnetworks,
      legacy_ipv4_range: record.IPv4Range,
      mtu: record.mtu,
      routing_mode: record.routingConfig?.routingMode?.toLowerCase() ?? null,
      internal_ipv6_range: record.internalIpv6Range,
      firewall_policy_order: record.networkFirewallPolicyEnforcementOrder,
      peerings: record.peerings
        .map(({ name, network, state }) => ({ name, network: pathOf(network), state }))
        .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_project: { type: 'part_of', target: 'gcp_project', spread: 'forward' },
    // Both sides have one; without the other network its addresses are out of reach, no more.
    peers_with: { type: 'connects_to', target: 'gcp_compute_network', spread: 'none' },
  },
  references: (record, scope) => [
    ...referByKey('in_project', projectKey(scope.account)),
    ...record.peerings.flatMap(({ name, network, state }) =>
      refer('peers_with', network, { attributes: { name, state } }),
    ),
  ],
  volatile: [],
});
