import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { flag, instant, text, textAt, texts } from '../fields.ts';
import { frontAddress, sharedFrontAddresses } from '../front-addresses.ts';
import { computeKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, lastPart, pathOf, placeOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_forwarding_rule',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'The front of a load balancer, regional or global: an address and ports, and where to.',
  permissions: ['compute.forwardingRules.list', 'compute.globalForwardingRules.list'],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const shared = await sharedFrontAddresses(gcp, signal);
    const list = { service: 'ForwardingRulesClient', collection: 'forwardingRules' } as const;
    const page = await aggregatedPage(gcp, list, pageToken, signal);
    const records = page.records.map((record) => {
      const address = frontAddress(record);
      const ownAddress = address !== null && !shared.has(address) ? address : null;
      return { ...(record as object), ownAddress };
    });
    return { ...page, records };
  },

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    IPAddress: text,
    IPProtocol: text,
    ipVersion: text,
    portRange: text,
    ports: texts,
    allPorts: flag,
    loadBalancingScheme: text,
    networkTier: text,
    network: text,
    subnetwork: text,
    target: text,
    backendService: text,
    serviceName: text,
    allowGlobalAccess: flag,
    pscConnectionStatus: text,
    creationTimestamp: instant,
    labels: labelMap,
    /** Its address, where no other rule has the same. */
    ownAddress: text,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'load_balancer',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ip_address: record.IPAddress,
    fqdn: record.serviceName,
    ...described(record.labels, [record.name, scope.account]),
    attributes: {
      forwarding_rule_id: record.id,
      description: record.description,
      protocol: record.IPProtocol?.toLowerCase() ?? null,
      ports: record.allPorts ? ['all'] : portsOf(record.ports, record.portRange),
      scheme: record.loadBalancingScheme?.toLowerCase() ?? null,
      ip_version: record.ipVersion,
      network_tier: record.networkTier?.toLowerCase() ?? null,
      network: pathOf(record.network),
      subnetwork: pathOf(record.subnetwork),
      target: pathOf(record.target ?? record.backendService) ?? record.target,
      target_kind: kindOf(record.target ?? record.backendService),
      global_access: record.allowGlobalAccess,
      psc_connection_status: record.pscConnectionStatus?.toLowerCase() ?? null,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: (record) => [
    computeKey(record.selfLink),
    computeName(record.selfLink) ?? '',
    ...(record.ownAddress ? [`ip:${record.ownAddress}`] : []),
    ...(record.serviceName ? [`dns:${record.serviceName.toLowerCase()}`] : []),
  ],

  relations: {
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    /** A proxy, a target pool, or a service attachment. */
    sends_to: { type: 'depends_on', target: 'gcp_compute_target_proxy', spread: 'forward' },
    served_by: { type: 'depends_on', target: 'gcp_compute_backend_service', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_subnet', record.subnetwork),
    ...refer('in_network', record.network),
    ...refer('sends_to', record.target),
    ...refer('served_by', record.backendService),
  ],
  volatile: [],
});

/** `80-80` is port 80. */
function portsOf(ports: readonly string[], range: string | null): string[] {
  if (!range) return [...ports];
  const [first, last] = range.split('-');
  return [...ports, first === last && first ? first : range];
}

/** The collection that a URL is of, e.g. `targetHttpsProxies`. */
function kindOf(url: string | null): string | null {
  return lastPart(pathOf(url)?.replace(/\/[^/]+$/, ''));
}
