import { textAt } from './fields.ts';

/*
 * Resource ids are paths: `/subscriptions/…/resourceGroups/shop/providers/Microsoft.Compute/disks/d`.
 * Azure compares them without case and answers them in changing case, even within one API; here an
 * id is in lower case wherever it identifies or is compared. Source: "Resource naming rules" and the
 * remark on case in "Template functions for resources" of the Resource Manager's documentation.
 */

/** An id as it is kept and compared: in lower case, without a slash at its end. */
export function canonicalId(id: string): string {
  return id.toLowerCase().replace(/\/+$/, '');
}

/** The canonical id of a record that may not parse, for `nativeId`; null where it has none. */
export function canonicalIdAt(record: unknown): string | null {
  const id = textAt(record, 'id');
  return id?.startsWith('/subscriptions/') ? canonicalId(id) : null;
}

/** The name that an id ends with, in the case in which it is written. */
export function nameIn(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The name of the resource group in an id; null for what belongs to none. */
export function resourceGroupName(id: string): string | null {
  return /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? null;
}

/** The canonical id of the resource group; null for what belongs to none. */
export function resourceGroupId(id: string): string | null {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+/.exec(canonicalId(id))?.[0] ?? null;
}

/**
 * The canonical id of the resource that a part belongs to: for an IP configuration the network
 * interface, for a subnet the network.
 *
 * @param collection how the parts are called in the id, e.g. `subnets`
 */
export function ownerOf(id: string, collection: string): string | null {
  const canonical = canonicalId(id);
  const end = canonical.indexOf(`/${collection.toLowerCase()}/`);
  return end < 0 ? null : canonical.slice(0, end);
}

/** The canonical id of the network that a subnet is part of. */
export function networkOf(subnetId: string): string | null {
  return ownerOf(subnetId, 'subnets');
}
