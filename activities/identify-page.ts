import type { RejectedRecord } from '../db/postgres/stage-page.ts';
import { hashOf } from '../db/postgres/staging/hash.ts';
import { storableKey } from '../db/postgres/staging/storable-key.ts';
import { ciId } from '../model/identity.ts';
import type { Mapping } from './mapping.ts';

/** A record whose item is known, though not yet what it says. */
export interface IdentifiedRecord {
  readonly record: unknown;
  readonly native_id: string;
  readonly ci_id: string;
  /**
   * Tells whether the record would be mapped to what it was mapped to before: a hash of the record
   * as it came, of its scope and of everything that maps it. Null where the record cannot be
   * written as JSON.
   */
  readonly source_hash: string | null;
}

export interface IdentifiedPage {
  readonly records: readonly IdentifiedRecord[];
  readonly rejected: readonly RejectedRecord[];
  /** A record whose id cannot be read could be any item: the listing proves nothing then. */
  readonly has_unidentified: boolean;
}

/**
 * Reads the ids of a page's records. One without an id is rejected alone, and named by its place.
 *
 * @param place the page's place in the listing
 */
export function identifyPage(
  records: readonly unknown[],
  mapping: Mapping,
  place: number,
): IdentifiedPage {
  const identified: IdentifiedRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const { type, scope } = mapping;
  const { provider, account } = scope;
  records.forEach((record, index) => {
    const native_id = readId(record, mapping);
    if (native_id === null) {
      const record_key = `page ${place}, record ${index}`;
      rejected.push({ record_key, ci_id: null, reason: 'the record has no readable id' });
      return;
    }
    const ci_id = ciId({ provider, account, resource_type: type.name, native_id });
    identified.push({ record, native_id, ci_id, source_hash: sourceHash(record, mapping) });
  });
  return { records: identified, rejected, has_unidentified: rejected.length > 0 };
}

/** A record may be anything: an id that cannot be taken from it is one that it does not have. */
function readId(record: unknown, { type, scope }: Mapping): string | null {
  try {
    return type.nativeId(record, scope);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** A record that is rejected, by the id that it has. */
export function rejection({ native_id, ci_id }: IdentifiedRecord, reason: string): RejectedRecord {
  return { record_key: storableKey(native_id), ci_id, reason };
}

/**
 * Fields are hashed in the order they came in: an SDK builds its records in one order. Another order
 * costs time only, since such a record is mapped and then compared.
 */
function sourceHash(record: unknown, { release, scope }: Mapping): string | null {
  const { provider, account, account_name, region } = scope;
  const place = JSON.stringify([provider, account, account_name, region]);
  let text: string;
  try {
    text = JSON.stringify(record);
  } catch (error) {
    // A BigInt or a cycle; the record is mapped every time then.
    if (error instanceof TypeError) return null;
    throw error;
  }
  return hashOf(`${release} ${place} ${text}`);
}
