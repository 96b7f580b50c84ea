import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, instant, listOf, text } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

/** The SDK's `AccountStatus`: whether the main region serves. */
const STATES: Readonly<Record<string, CiStatus>> = { available: 'active', unavailable: 'failed' };

const endpoints = z
  .object({ blob: text, file: text, queue: text, table: text, dfs: text, web: text })
  .nullish();

export const resourceType = defineResourceType({
  name: 'azure_storage_account',
  provider: 'azure',
  ci_types: ['object_storage'],
  summary:
    'A storage account with its host names and access rules; keys are another call, not made.',
  permissions: ['Microsoft.Storage/storageAccounts/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('storage')).storageAccounts.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    kind: text,
    sku: z.object({ name: text }).nullish(),
    provisioningState: text,
    statusOfPrimary: text,
    creationTime: instant,
    accessTier: text,
    secondaryLocation: text,
    primaryEndpoints: endpoints,
    secondaryEndpoints: endpoints,
    encryption: z.object({ keySource: text }).nullish(),
    enableHttpsTrafficOnly: flag,
    minimumTlsVersion: text,
    allowBlobPublicAccess: flag,
    allowSharedKeyAccess: flag,
    publicNetworkAccess: text,
    isHnsEnabled: flag,
    networkRuleSet: z
      .object({
        defaultAction: text,
        virtualNetworkRules: listOf(z.object({ virtualNetworkResourceId: text })),
      })
      .nullish(),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => {
    const blobHost = hostOf(record.primaryEndpoints?.blob);
    return {
      ci_type: 'object_storage',
      ...armItem(record),
      status: STATES[record.statusOfPrimary ?? ''] ?? provisioned(record.provisioningState),
      hostname: blobHost,
      fqdn: blobHost,
      attributes: {
        kind: record.kind,
        sku: record.sku?.name ?? null,
        access_tier: record.accessTier,
        secondary_region: record.secondaryLocation,
        key_source: record.encryption?.keySource ?? null,
        https_only: record.enableHttpsTrafficOnly,
        minimal_tls_version: record.minimumTlsVersion,
        public_blobs_allowed: record.allowBlobPublicAccess,
        shared_keys_allowed: record.allowSharedKeyAccess,
        public_network_access: record.publicNetworkAccess,
        default_network_action: record.networkRuleSet?.defaultAction ?? null,
        hierarchical_namespace: record.isHnsEnabled,
        create_time: record.creationTime,
        status_of_primary: record.statusOfPrimary,
        provisioning_state: record.provisioningState,
      },
    };
  },

  keys: (record) => [
    idKey(record.id),
    ...[record.primaryEndpoints, record.secondaryEndpoints].flatMap((urls) =>
      Object.values(urls ?? {}).flatMap((url) => {
        const host = hostOf(url);
        return host ? [dnsKey(host)] : [];
      }),
    ),
  ],

  relations: {
    in_group: IN_GROUP,
    admits: { type: 'connects_to', target: 'azure_subnet', spread: 'none' },
  },
  references: (record) => [
    ...inGroup(record),
    ...(record.networkRuleSet?.virtualNetworkRules ?? []).flatMap((rule) =>
      refer('admits', rule.virtualNetworkResourceId),
    ),
  ],
  volatile: [],
});

function hostOf(url: string | null | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).hostname : null;
}
