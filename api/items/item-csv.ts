import { stringify } from 'csv-stringify/sync';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { ItemField } from './item-fields.ts';

/** The first line of a CSV file: the names of the fields. */
export function csvHead(fields: readonly ItemField[]): string {
  return stringify([fields]);
}

/**
 * Items as CSV, RFC 4180 with line feeds: what is a list or an object is JSON in its cell, what is
 * not known is empty. A text that a spreadsheet would take for a formula is written behind an
 * apostrophe: whoever can name a resource must not run anything there.
 */
export function csvLines(
  items: readonly ConfigurationItem[],
  fields: readonly ItemField[],
): string {
  return stringify(
    items.map((item) => fields.map((field) => cellOf(Reflect.get(item, field)))),
    { escape_formulas: true },
  );
}

function cellOf(value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
