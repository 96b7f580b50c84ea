import { toAwsFault } from './errors.ts';

/** What a call that only adds detail to a listed record gave. */
export interface Detail<Value> {
  /** Null where there is nothing, or nothing may be read. */
  value: Value | null;
  /** The permission that was missing; null where the value was read. */
  denied: string | null;
}

/**
 * Makes a call without which the record is still a record: a bucket's tags, an instance type's
 * memory. A listing proves what exists; a refused detail must not make the whole of it denied, so
 * it is told on the item (`attributes.denied_reads`).
 *
 * @param absentCodes the codes by which the service says that there is no such detail
 * @throws every other error, which fails the listing and is retried
 */
export async function readDetail<Value>(
  permission: string,
  load: () => Promise<Value>,
  absentCodes: readonly string[] = [],
): Promise<Detail<Value>> {
  try {
    return { value: await load(), denied: null };
  } catch (error) {
    const { kind, code } = toAwsFault(error, [permission]);
    if (absentCodes.includes(code)) return { value: null, denied: null };
    if (kind === 'denied') return { value: null, denied: permission };
    throw error;
  }
}

/** The permissions that were missing for these details, for `attributes.denied_reads`. */
export function deniedReads(details: ReadonlyArray<Detail<unknown>>): string[] {
  return [...new Set(details.flatMap(({ denied }) => denied ?? []))].sort();
}
