import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, text, textAt, texts } from '../fields.ts';
import { computeKey, privateIpKey, publicIpKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf, placeOf } from '../resource-name.ts';

/** Every status of an address; `RESERVED` is one that nothing uses. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  RESERVING: 'planned',
  RESERVED: 'inactive',
  IN_USE: 'active',
};

export const resourceType = defineResourceType({
  name: 'gcp_compute_address',
  provider: 'gcp',
  ci_types: ['ip_address'],
  summary: 'A reserved address, regional or global, and what uses it.',
  permissions: ['compute.addresses.list', 'compute.globalAddresses.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(gcp, { service: 'AddressesClient', collection: 'addresses' }, pageToken, signal),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    address: text,
    addressType: text,
    prefixLength: count,
    purpose: text,
    networkTier: text,
    ipVersion: text,
    network: text,
    subnetwork: text,
    status: text,
    users: texts,
    creationTimestamp: instant,
    labels: labelMap,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'ip_address',
    name: record.name,
    display_name: record.name,
    status: STATUSES[record.status ?? ''] ?? 'active',
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ip_address: record.address,
    ...described(record.labels, [record.name, scope.account]),
    attributes: {
      address_id: record.id,
      description: record.description,
      address_type: record.addressType?.toLowerCase() ?? 'external',
      prefix_length: record.prefixLength,
      purpose: record.purpose,
      network_tier: record.networkTier?.toLowerCase() ?? null,
      ip_version: record.ipVersion,
      network: pathOf(record.network),
      subnetwork: pathOf(record.subnetwork),
      status: record.status,
      used_by: record.users.flatMap((user) => pathOf(user) ?? []),
      creation_time: record.creationTimestamp,
    },
  }),

  keys: (record) => [
    computeKey(record.selfLink),
    computeName(record.selfLink) ?? '',
    ...addressKeys(record),
  ],

  relations: {
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    // Who speaks to the address speaks to its user.
    used_by: { type: 'connects_to', target: 'gcp_compute_forwarding_rule', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_subnet', record.subnetwork),
    ...refer('in_network', record.network),
    ...record.users.flatMap((user) => refer('used_by', user)),
  ],
  volatile: [],
});

/**
 * The address itself, where no one user announces it: nothing uses it, several forwarding rules
 * share it, or a gateway does, which announces no addresses. Ranges have no key.
 */
function addressKeys(record: {
  address: string | null;
  addressType: string | null;
  prefixLength: number | null;
  network: string | null;
  users: readonly string[];
}): string[] {
  const { address, users, network } = record;
  const announced = users.filter((user) => /\/(instances|forwardingRules)\//.test(user));
  if (!address || record.prefixLength || announced.length === 1) return [];
  if (record.addressType !== 'INTERNAL') return [publicIpKey(address)];
  // An internal address names its subnetwork alone, which does not say the network.
  return network ? [privateIpKey(network, address)] : [];
}
