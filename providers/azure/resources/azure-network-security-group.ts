import { z } from 'zod';
import { defineResourceType, type JsonObject } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalIdAt, nameIn } from '../resource-id.ts';

const applicationGroups = listOf(z.object({ id: text }));
const securityRule = z.object({
  name: text,
  priority: count,
  direction: text,
  access: text,
  protocol: text,
  sourceAddressPrefix: text,
  sourceAddressPrefixes: listOf(z.string()),
  sourceApplicationSecurityGroups: applicationGroups,
  destinationAddressPrefix: text,
  destinationAddressPrefixes: listOf(z.string()),
  destinationApplicationSecurityGroups: applicationGroups,
  destinationPortRange: text,
  destinationPortRanges: listOf(z.string()),
});
type SecurityRule = z.infer<typeof securityRule>;

export const resourceType = defineResourceType({
  name: 'azure_network_security_group',
  provider: 'azure',
  ci_types: ['firewall'],
  summary: 'A network security group with its rules; subnets and interfaces refer to it.',
  permissions: ['Microsoft.Network/networkSecurityGroups/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).networkSecurityGroups.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    securityRules: listOf(securityRule),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'firewall',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      inbound: shownRules(record.securityRules, 'Inbound'),
      outbound: shownRules(record.securityRules, 'Outbound'),
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  // A firewall does not fail: it is deleted or changed, and nothing can tell beforehand for whom.
  relations: { in_group: { ...IN_GROUP, spread: 'none' } },
  references: (record) => inGroup(record),
  volatile: [],
});

/** Rules of one direction in the order in which Azure applies them; those that all groups have are left out. */
function shownRules(rules: readonly SecurityRule[], direction: string): JsonObject[] {
  return rules
    .filter((rule) => rule.direction === direction)
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
    .map((rule) => ({
      name: rule.name,
      priority: rule.priority,
      access: rule.access?.toLowerCase() ?? null,
      protocol: rule.protocol === '*' ? 'all' : (rule.protocol?.toLowerCase() ?? null),
      ports: allOf(rule.destinationPortRange, rule.destinationPortRanges, []),
      from: allOf(
        rule.sourceAddressPrefix,
        rule.sourceAddressPrefixes,
        rule.sourceApplicationSecurityGroups,
      ),
      to: allOf(
        rule.destinationAddressPrefix,
        rule.destinationAddressPrefixes,
        rule.destinationApplicationSecurityGroups,
      ),
    }));
}

/** What a rule names in one field, or in another where it names several, or by group. */
function allOf(
  one: string | null,
  several: readonly string[],
  groups: ReadonlyArray<{ id: string | null }>,
): string[] {
  const names = groups.flatMap(({ id }) => (id ? [`group ${nameIn(id)}`] : []));
  return [...(one ? [one] : []), ...several, ...names].sort();
}
