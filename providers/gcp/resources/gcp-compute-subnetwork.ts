import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf, placeOf } from '../resource-name.ts';

/** Only proxies' subnetworks have a state: `DRAINING` is one that is being replaced. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  READY: 'active',
  DRAINING: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'gcp_compute_subnetwork',
  provider: 'gcp',
  ci_types: ['subnet'],
  summary: 'A regional subnetwork of a network of the project, with its secondary ranges.',
  permissions: ['compute.subnetworks.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(
      gcp,
      { service: 'SubnetworksClient', collection: 'subnetworks' },
      pageToken,
      signal,
    ),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    network: text,
    ipCidrRange: text,
    gatewayAddress: text,
    secondaryIpRanges: listOf(z.object({ rangeName: text, ipCidrRange: text })),
    internalIpv6Prefix: text,
    externalIpv6Prefix: text,
    stackType: text,
    purpose: text,
    role: text,
    state: text,
    privateIpGoogleAccess: flag,
    enableFlowLogs: flag,
    logConfig: z.object({ enable: flag }).nullish(),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'subnet',
    name: record.name,
    display_name: record.name,
    status: STATUSES[record.state ?? ''] ?? 'active',
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      subnetwork_id: record.id,
      network: pathOf(record.network),
      cidr_block: record.ipCidrRange,
      gateway_address: record.gatewayAddress,
      secondary_ranges: Object.fromEntries(
        record.secondaryIpRanges.map(({ rangeName, ipCidrRange }) => [
          rangeName ?? '',
          ipCidrRange,
        ]),
      ),
      internal_ipv6_prefix: record.internalIpv6Prefix,
      external_ipv6_prefix: record.externalIpv6Prefix,
      stack_type: record.stackType,
      purpose: record.purpose,
      role: record.role,
      private_google_access: record.privateIpGoogleAccess,
      flow_logs: record.logConfig?.enable ?? record.enableFlowLogs,
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
