import { z } from 'zod';
import type { ProviderName } from './enums.ts';

/*
 * One thing seen by several sources: each has an item of its own, and the thing is put together from
 * those that share a strong key, or that a person joined. Names, host names and private addresses
 * are weak: they make candidates for a person, and never join anything.
 */

/** How keys begin that say what an item is, instead of what it answers to. */
export const SAME_PREFIX = 'same:';

/**
 * The key by which an item says that it is whatever answers to another key. Any number of items may
 * have it, and no reference names it.
 */
export function sameKey(key: string): string {
  return `${SAME_PREFIX}${key}`;
}

/** What may make two items candidates, the more telling first; a host name counts to its first dot. */
export const WEAK_KEYS = ['hostname', 'ip_address', 'name'] as const;
export type WeakKey = (typeof WEAK_KEYS)[number];

/** What a person says of two items. */
export const VERDICTS = ['same', 'different'] as const;
export const verdictSchema = z.enum(VERDICTS, { error: `must be one of: ${VERDICTS.join(', ')}` });
export type Verdict = z.infer<typeof verdictSchema>;

/** Items of a thing that are read at most; what is more is wrong somewhere. */
export const MAX_ITEMS_OF_THING = 20;

/**
 * Which source comes first where nothing more is said: who runs a thing knows what it is, who runs
 * on it knows how it looks from within, and what people wrote down may be old.
 */
export const PROVIDER_ORDER: readonly ProviderName[] = [
  'aws',
  'azure',
  'gcp',
  'kubernetes',
  'host',
  'declared',
];

/** What firmware and people write where a serial number should be. */
const PLACEHOLDER =
  /^(.)\1*$|^(unknown|none|null|n\/?a|not ?(specified|available|applicable|present)|invalid|default ?(string)?|to be filled.*|system serial number|chassis serial number|serial ?number|oem|o\.e\.m\.|0?123456789(abcdef|0)?|[0.\s:-]+)$/i;
/** Shorter ones are counters and slot numbers. */
const MIN_SERIAL = 5;

/**
 * The strong key of a machine by its serial number, which is unique for its maker only:
 * `serial:dell-inc/7xk2z13`.
 *
 * @returns null for a placeholder, and where the maker is not known
 */
export function serialKey(manufacturer: string | null, serial: string | null): string | null {
  const maker = (manufacturer ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const number = (serial ?? '').trim().toLowerCase();
  if (maker === '' || PLACEHOLDER.test((manufacturer ?? '').trim()) || number.length < MIN_SERIAL)
    return null;
  const isPlaceholder = PLACEHOLDER.test(number) || /^[0f-]+$/.test(number);
  return isPlaceholder ? null : `serial:${maker}/${number}`;
}
