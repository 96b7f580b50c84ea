const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A number of 32 bits that follows from the parts alone (FNV-1a, then mixed): the same estate from
 * the same seed, at any place of it, without walking there.
 */
export function hash32(...parts: readonly (string | number)[]): number {
  let hash = FNV_OFFSET;
  for (const part of parts) {
    const text = `${part}|`;
    for (let at = 0; at < text.length; at += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One of the values, by the parts. */
export function pick<T>(values: readonly T[], ...parts: readonly (string | number)[]): T {
  const value = values[hash32(...parts) % values.length];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}

/** Whether something that happens to a share of all (0 to 1) happens to this one. */
export function happens(share: number, ...parts: readonly (string | number)[]): boolean {
  return hash32(...parts) < share * 2 ** 32;
}

/** Hexadecimal text of a fixed length, unique for each index below 2^32 of one place. */
export function hexId(
  digits: number,
  index: number,
  ...place: readonly (string | number)[]
): string {
  const head = hash32(...place)
    .toString(16)
    .padStart(8, '0');
  return (head + index.toString(16).padStart(digits - head.length, '0')).slice(0, digits);
}
