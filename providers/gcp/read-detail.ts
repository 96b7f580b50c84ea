import { toGcpFault } from './errors.ts';

/** What a call that only adds detail to a listed record gave. */
export interface Detail<Value> {
  /** Null where there is nothing, or nothing may be read. */
  value: Value | null;
  /** The permission that was missing; null where the value was read. */
  denied: string | null;
}

/**
 * Makes a call without which the record is still a record: the size of a machine type, the members
 * of a group. A listing proves what exists; a refused detail must not make the whole of it denied,
 * so it is told on the item (`attributes.denied_reads`).
 *
 * @throws every other error, which fails the listing and is retried; what is gone since it was
 *   listed has no detail
 */
export async function readDetail<Value>(
  permission: string,
  load: () => Promise<Value>,
): Promise<Detail<Value>> {
  try {
    return { value: await load(), denied: null };
  } catch (error) {
    const { kind, code } = toGcpFault(error, [permission]);
    if (code === 'NOT_FOUND' || code === 'notFound') return { value: null, denied: null };
    if (kind === 'denied') return { value: null, denied: permission };
    throw error;
  }
}
