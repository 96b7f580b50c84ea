import { expect } from '@jest/globals';
import type { observedItemSchema } from '../../../model/configuration-item.ts';
import type { Provider } from '../../../model/provider.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { GLOBAL_REGION, type Scope } from '../../../model/scope.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import type { GcpClient } from '../../../providers/gcp/client.ts';
import { createGcpProvider } from '../../../providers/gcp/provider.ts';
import { itemOf } from '../../support/item-of.ts';

export const PROJECT = 'synthetic-1';
export const NO_SOURCES: Sources = sourcesSchema.parse({});
export const NOT_CANCELLED = new AbortController().signal;

export function scopeOf(project = PROJECT): Scope {
  return { provider: 'gcp', account: project, account_name: null, region: GLOBAL_REGION };
}

/** The provider, which calls a fake in place of Google. */
export function providerAt(url: string): Provider<GcpClient> {
  return createGcpProvider({ CMDB_GCP_ENDPOINT_URL: url, GOOGLE_CLOUD_PROJECT: PROJECT });
}

/** What the resource type makes of one record of the listing. */
export interface Listed {
  native_id: string | null;
  item: ReturnType<typeof observedItemSchema.parse>;
  keys: readonly string[];
  references: ReturnType<AnyResourceType['references']>;
}

export interface Listing {
  listed: Listed[];
  pages: number;
  incomplete_reason: string | null;
}

/** Lists a resource type to its end, through the provider and the real client libraries. */
export async function listAll(
  resourceType: unknown,
  provider: Provider<GcpClient>,
  project = PROJECT,
): Promise<Listing> {
  const type = resourceType as AnyResourceType;
  const scope = scopeOf(project);
  const client = await provider.connect(scope, NO_SOURCES);
  const listing: Listing = { listed: [], pages: 0, incomplete_reason: null };
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
      client,
      token,
      NOT_CANCELLED,
    );
    listing.incomplete_reason ??= page.incomplete_reason ?? null;
    listing.pages += 1;
    for (const raw of page.records) {
      const record = type.record.parse(raw);
      listing.listed.push({
        native_id: type.nativeId(raw, scope),
        item: itemOf(type, record, scope),
        keys: type.keys(record, scope),
        references: type.references(record, scope),
      });
    }
    expect(page.next_page_token === null || page.next_page_token !== token).toBe(true);
    token = page.next_page_token;
  } while (token !== null);
  await provider.disconnect(client);
  return listing;
}
