import type { Site } from '@azure/arm-appservice';
import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import { armFields, armItem, IN_GROUP, inGroup } from './arm-resource.ts';
import type { AzureClient } from './client.ts';
import { flag, instant, listOf, text } from './fields.ts';
import { dnsKey, idKey } from './keys.ts';
import { listPage } from './paging.ts';
import { refer } from './refer.ts';
import { canonicalId } from './resource-id.ts';

export const SITES_PERMISSION = 'Microsoft.Web/sites/read';

/** App Service answers web apps and function apps in one list; their kind tells them apart. */
export async function sitesPage(
  azure: AzureClient,
  pageToken: string | null,
  signal: AbortSignal,
  isWanted: (isFunctionApp: boolean) => boolean,
) {
  const { webApps } = await azure.service('appservice');
  const page = await listPage<Site>(webApps.list(), pageToken, signal);
  const isFunctionApp = ({ kind }: Site) => (kind ?? '').toLowerCase().includes('functionapp');
  return { ...page, records: page.records.filter((site) => isWanted(isFunctionApp(site))) };
}

/** What is read of a site. Its settings and connection strings hold secrets, and are not asked for. */
export const siteRecord = z.object({
  ...armFields,
  kind: text,
  state: text,
  enabled: flag,
  availabilityState: text,
  usageState: text,
  serverFarmId: text,
  reserved: flag,
  defaultHostName: text,
  hostNames: listOf(z.string()),
  httpsOnly: flag,
  publicNetworkAccess: text,
  virtualNetworkSubnetId: text,
  lastModifiedTimeUtc: instant,
  siteConfig: z
    .object({ linuxFxVersion: text, windowsFxVersion: text, netFrameworkVersion: text })
    .nullish(),
});
export type SiteRecord = z.infer<typeof siteRecord>;

export function siteItem(record: SiteRecord) {
  return {
    ...armItem(record),
    status: statusOf(record),
    hostname: record.defaultHostName,
    fqdn: record.defaultHostName,
    attributes: {
      kind: record.kind,
      os_type: record.reserved === null ? null : record.reserved ? 'linux' : 'windows',
      // `NODE|22-lts`, `DOCKER|shop/web:7`; for .NET on Windows its version alone.
      runtime:
        record.siteConfig?.linuxFxVersion ??
        record.siteConfig?.windowsFxVersion ??
        record.siteConfig?.netFrameworkVersion ??
        null,
      host_names: [...record.hostNames].sort(),
      https_only: record.httpsOnly,
      public_network_access: record.publicNetworkAccess,
      usage_state: record.usageState,
      last_modified: record.lastModifiedTimeUtc,
      plan: record.serverFarmId && canonicalId(record.serverFarmId),
      state: record.state,
    },
  };
}

export function siteKeys({ id, defaultHostName, hostNames }: SiteRecord): string[] {
  const hosts = new Set([...(defaultHostName ? [defaultHostName] : []), ...hostNames]);
  return [idKey(id), ...[...hosts].map(dnsKey)];
}

export const SITE_RELATIONS = {
  in_group: IN_GROUP,
  hosted_on: { type: 'hosted_on', target: 'azure_app_service_plan', spread: 'forward' },
  goes_out_by: { type: 'uses', target: 'azure_subnet', spread: 'forward' },
} as const;

export function siteReferences(record: SiteRecord) {
  return [
    ...inGroup(record),
    ...refer('hosted_on', record.serverFarmId),
    ...refer('goes_out_by', record.virtualNetworkSubnetId),
  ];
}

/** `Stopped` by its owner; beyond that the platform tells how it serves. */
function statusOf({ state, enabled, availabilityState }: SiteRecord): CiStatus {
  if (enabled === false || state === 'Stopped') return 'inactive';
  return availabilityState === 'Limited' ? 'under_maintenance' : 'active';
}
