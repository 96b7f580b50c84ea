import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { globalPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf } from '../resource-name.ts';

const traffic = listOf(z.object({ IPProtocol: text, ports: texts }));

export const resourceType = defineResourceType({
  name: 'gcp_compute_firewall',
  provider: 'gcp',
  ci_types: ['firewall'],
  summary: 'A VPC firewall rule; instances refer to those that name their tag or service account.',
  permissions: ['compute.firewalls.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    globalPage(gcp, { service: 'FirewallsClient' }, pageToken, signal),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    network: text,
    direction: text,
    priority: count,
    disabled: flag,
    allowed: traffic,
    denied: traffic,
    sourceRanges: texts,
    destinationRanges: texts,
    sourceTags: texts,
    sourceServiceAccounts: texts,
    targetTags: texts,
    targetServiceAccounts: texts,
    logConfig: z.object({ enable: flag }).nullish(),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'firewall',
    name: record.name,
    display_name: record.name,
    status: record.disabled ? 'inactive' : 'active',
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      firewall_id: record.id,
      description: record.description,
      network: pathOf(record.network),
      direction: record.direction?.toLowerCase() ?? null,
      priority: record.priority,
      allowed: portsOf(record.allowed),
      denied: portsOf(record.denied),
      source_ranges: record.sourceRanges,
      destination_ranges: record.destinationRanges,
      source_tags: record.sourceTags,
      source_service_accounts: record.sourceServiceAccounts,
      target_tags: record.targetTags,
      target_service_accounts: record.targetServiceAccounts,
      /** Without a target it is for everything in its network. */
      is_for_whole_network:
        record.targetTags.length === 0 && record.targetServiceAccounts.length === 0,
      logging: record.logConfig?.enable ?? false,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'none' },
  },
  references: ({ network }) => refer('in_network', network),
  volatile: [],
});

/** What a rule lets pass or stops, e.g. `tcp/443`, `udp/1024-65535`, `icmp`, `all`. */
function portsOf(rules: z.infer<typeof traffic>): string[] {
  return rules
    .flatMap(({ IPProtocol, ports }) =>
      ports.length === 0
        ? [IPProtocol ?? 'all']
        : ports.map((port) => `${IPProtocol ?? 'all'}/${port}`),
    )
    .sort();
}
