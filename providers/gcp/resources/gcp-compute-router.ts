import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, listOf, text, textAt } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf, placeOf } from '../resource-name.ts';

/** All but the MD5 keys of its sessions. */
const FIELDS = [
  'id,name,selfLink,description,network,creationTimestamp',
  'bgp(asn,advertiseMode)',
  'bgpPeers(name,peerAsn,peerIpAddress)',
  'nats/name',
];

export const resourceType = defineResourceType({
  name: 'gcp_compute_router',
  provider: 'gcp',
  ci_types: ['network_gateway'],
  summary: 'A Cloud Router of a network in a region, with its BGP peers.',
  permissions: ['compute.routers.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(
      gcp,
      { service: 'RoutersClient', collection: 'routers', fields: FIELDS },
      pageToken,
      signal,
    ),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    network: text,
    bgp: z.object({ asn: count, advertiseMode: text }).nullish(),
    bgpPeers: listOf(z.object({ name: text, peerAsn: count, peerIpAddress: text })),
    nats: listOf(z.object({ name: z.string() })),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      router_id: record.id,
      description: record.description,
      network: pathOf(record.network),
      asn: record.bgp?.asn ?? null,
      advertise_mode: record.bgp?.advertiseMode?.toLowerCase() ?? null,
      bgp_peers: record.bgpPeers
        .map(({ name, peerAsn, peerIpAddress }) => ({
          name,
          asn: peerAsn,
          ip_address: peerIpAddress,
        }))
        .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      nats: record.nats.map(({ name }) => name).sort(),
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
  },
  references: ({ network }) => refer('in_network', network),
  volatile: [],
});
