import type { ItemChange } from '../../model/change-event.ts';

type Changes = ItemChange['changes'];

/** A value of a field as text on one line. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a change did, field by field: `size: 4 -> 8; status: active -> failed`. */
export function changesText(changes: Changes): string | null {
  const texts = Object.entries(changes).map(
    ([field, { old, new: now }]) => `${field}: ${valueText(old)} -> ${valueText(now)}`,
  );
  return texts.length > 0 ? texts.join('; ') : null;
}
