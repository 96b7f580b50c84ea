import { type ObservedItem, observedItemSchema } from '../../model/configuration-item.ts';
import { ownershipReader, ownershipSchema } from '../../model/ownership.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';

const ownership = ownershipReader(ownershipSchema.parse({}));

/** The item of a record, with whose it is by its tags, as a discovery makes it. */
export function itemOf(type: AnyResourceType, record: unknown, scope: Scope): ObservedItem {
  const item = observedItemSchema.parse(type.toItem(record, scope));
  return { ...item, ...ownership(item, scope) };
}
