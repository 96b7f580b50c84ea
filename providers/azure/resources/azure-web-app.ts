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
  name: 'azure_web_app',
  provider: 'azure',
  ci_types: ['application'],
  summary: 'A web app of App Service, as which also APIs and mobile back ends run.',
  permissions: [SITES_PERMISSION],
  level: 'account',
  listPage: (azure: AzureClient, pageToken, signal) =>
    sitesPage(azure, pageToken, signal, (isFunctionApp) => !isFunctionApp),
  record: siteRecord,
  nativeId: canonicalIdAt,
  toItem: (record) => ({ ci_type: 'application', ...siteItem(record) }),
  keys: siteKeys,
  relations: SITE_RELATIONS,
  references: siteReferences,
  volatile: [],
});
