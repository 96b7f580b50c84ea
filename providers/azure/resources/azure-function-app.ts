import { defineResourceType } from '../../../model/resource-type.ts';
import type { AzureClient } from '../client.ts';
import { canonicalIdAt } from '../resource-id.ts';
import {
  SITE_RELATIONS,
  SITES_PERMISSION,
  siteItem,
  siteKeys,
  siteRecord,
  siteReferences,
  sitesPage,
} from '../site.ts';

export const resourceType = defineResourceType({
  name: 'azure_function_app',
  provider: 'azure',
  ci_types: ['function'],
  summary: 'A function app; standard logic apps are function apps, too.',
  permissions: [SITES_PERMISSION],
  level: 'account',
  listPage: (azure: AzureClient, pageToken, signal) =>
    sitesPage(azure, pageToken, signal, (isFunctionApp) => isFunctionApp),
  record: siteRecord,
  nativeId: canonicalIdAt,
  toItem: (record) => ({ ci_type: 'function', ...siteItem(record) }),
  keys: siteKeys,
  relations: SITE_RELATIONS,
  references: siteReferences,
  volatile: [],
});
