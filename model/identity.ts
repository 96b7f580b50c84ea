import { v5 as uuidV5 } from 'uuid';
import type { ProviderName } from './enums.ts';
import type { DiscoveryRequest } from './scope.ts';

/** Namespace of all ids of this program: UUIDv5 of the DNS name `cmdb-agent`, fixed for ever. */
export const CI_NAMESPACE = '13eba6d5-240c-5c90-98f5-6af8a5a48cf5';

/** Where an item's id comes from. `native_id` is globally unique and canonical for its provider. */
export interface ItemIdentity {
  provider: ProviderName;
  account: string;
  resource_type: string;
  native_id: string;
}

/**
 * The id of a configuration item: the same thing has the same id in every run, on every machine.
 * Region and scope are left out on purpose, since how scans are cut must not change identity.
 */
export function ciId(identity: ItemIdentity): string {
  return deterministicId(
    'ci',
    identity.provider,
    identity.account,
    identity.resource_type,
    identity.native_id,
  );
}

/** The id of what is scanned at once: one region of one account, or a whole account or machine. */
export function scopeId(provider: ProviderName, account: string, region: string): string {
  return deterministicId('scope', provider, account, region);
}

/** The id of one resource type in one scope. */
export function sliceId(
  provider: ProviderName,
  account: string,
  region: string,
  resourceType: string,
): string {
  return deterministicId('slice', provider, account, region, resourceType);
}

/** The id of what a discovery asks for, whatever the order in which it is written. */
export function requestId(request: DiscoveryRequest): string {
  const { providers, accounts, regions, resource_types } = request;
  const lists = [providers, accounts, regions, resource_types];
  return deterministicId(
    'request',
    ...lists.map((list) => JSON.stringify(list ? [...new Set(list)].sort() : null)),
  );
}

/** The id of a relationship that a person declared, by what they call it. */
export function declaredRelationId(declaredId: string): string {
  return deterministicId('declared relation', declaredId);
}

/** The id of what a person decides of two items, whichever is named first. */
export function samenessDecisionId(ciIds: readonly [string, string]): string {
  return deterministicId('sameness decision', ...[...ciIds].sort());
}

/** Parts are joined as JSON, so that no part can run over into the next. */
function deterministicId(...parts: string[]): string {
  return uuidV5(JSON.stringify(parts), CI_NAMESPACE);
}
