import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AzureClient } from '../client.ts';
import { text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { withSignal } from '../policies.ts';
import { canonicalId, canonicalIdAt } from '../resource-id.ts';
import { PLAN_PERMISSION } from '../scopes.ts';
import { described, tagMap } from '../tags.ts';

/** Every state of the SDK's `SubscriptionState`; what is past due still runs. */
const STATES: Readonly<Record<string, CiStatus>> = {
  Enabled: 'active',
  Warned: 'active',
  PastDue: 'active',
  Disabled: 'inactive',
  Deleted: 'retired',
};

export const resourceType = defineResourceType({
  name: 'azure_subscription',
  provider: 'azure',
  ci_types: ['cloud_account'],
  summary: 'An Azure subscription that the credentials reach, with its tenant and offer.',
  permissions: [PLAN_PERMISSION],
  level: 'account',

  async listPage(azure: AzureClient, _pageToken, signal) {
    const { subscriptions } = await azure.subscriptions();
    const record = await withSignal(signal, () => subscriptions.get(azure.subscription));
    return { records: [record], next_page_token: null };
  },

  record: z.object({
    id: z.string(),
    subscriptionId: z.string(),
    displayName: text,
    tenantId: text,
    state: text,
    subscriptionPolicies: z.object({ quotaId: text, spendingLimit: text }).nullish(),
    tags: tagMap,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'cloud_account',
    name: record.subscriptionId.toLowerCase(),
    display_name: record.displayName ?? record.subscriptionId,
    status: STATES[record.state ?? ''] ?? 'active',
    external_id: canonicalId(record.id),
    ...described(record.tags, [record.displayName]),
    attributes: {
      tenant_id: record.tenantId,
      offer: record.subscriptionPolicies?.quotaId ?? null,
      spending_limit: record.subscriptionPolicies?.spendingLimit ?? null,
      state: record.state,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: {},
  references: () => [],
  volatile: [],
});
