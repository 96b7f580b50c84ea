import type { SyntheticSubscription } from './estate.ts';

/** One list of the Resource Manager. */
export interface Listing {
  /** As permissions name it: `Microsoft.Compute/disks/read`. */
  readonly action: string;
  count(subscription: SyntheticSubscription, call: ListingCall): number;
  one(subscription: SyntheticSubscription, index: number, call: ListingCall): unknown;
}

export interface ListingCall {
  readonly epoch: number;
  readonly query: URLSearchParams;
  /** Of what the list is a part, e.g. the name of a SQL server; null for lists of everything. */
  readonly owner: { readonly group: string; readonly name: string } | null;
}

/** What every resource has at the wire. */
export function resource(
  subscription: SyntheticSubscription,
  type: string,
  index: number,
  epoch: number,
  more: {
    name: string;
    group?: string;
    location?: string;
    properties: object;
    [field: string]: unknown;
  },
): object {
  const { name, group = subscription.group(index), ...rest } = more;
  return {
    id: subscription.path(type, name, group),
    name,
    type,
    location: subscription.location(index),
    tags: subscription.tags(type, index, epoch),
    ...rest,
  };
}

/** A name that is unique in the world, as those of host names must be. */
export const nameOf = (subscription: SyntheticSubscription, kind: string, index: number) =>
  `${kind}-${subscription.id.slice(0, 8)}-${index}`;
