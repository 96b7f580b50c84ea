import { AzureResponseError, toAzureFault } from './errors.ts';

/** What a call that only adds detail to a listed record gave. */
export interface Detail<Value> {
  /** Null where nothing may be read. */
  value: Value | null;
  /** The permission that was missing; null where the value was read. */
  denied: string | null;
}

/**
 * Makes a call without which the record is still a record: a size's memory, a machine's addresses.
 * A listing proves what exists; a refused detail must not make the whole of it denied, so it is told
 * on the item (`attributes.denied_reads`).
 *
 * @throws every other error, which fails the listing and is retried
 */
export async function readDetail<Value>(
  permission: string,
  load: () => Promise<Value>,
): Promise<Detail<Value>> {
  try {
    return { value: await load(), denied: null };
  } catch (error) {
    const { kind } = toAzureFault(error, [permission]);
    if (kind === 'denied') return { value: null, denied: permission };
    throw error;
  }
}

/** The permissions that were missing for these details, for `attributes.denied_reads`. */
export function deniedReads(details: ReadonlyArray<Detail<unknown>>): string[] {
  return [...new Set(details.flatMap(({ denied }) => denied ?? []))].sort();
}

/** The codes by which services say that the owner of a list, or its resource group, is no more. */
const GONE_CODES: ReadonlySet<string> = new Set([
  'ParentResourceNotFound',
  'ResourceGroupNotFound',
  'ResourceNotFound',
]);

/** Lists what is part of something that may have been deleted since it was listed: nothing then. */
export async function partsUnlessGone<Part>(list: () => Promise<Part[]>): Promise<Part[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof AzureResponseError && GONE_CODES.has(error.code)) return [];
    throw error;
  }
}
