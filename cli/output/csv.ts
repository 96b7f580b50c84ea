import { stringify } from 'csv-stringify/sync';
import type { Cell, Column } from './column.ts';

/** The first line of a CSV file. */
export function csvHead<Row>(columns: ReadonlyArray<Column<Row>>): string {
  return stringify([columns.map(({ name }) => name)]);
}

/**
 * Rows as CSV, RFC 4180 with line feeds. A text that a spreadsheet would take for a formula is
 * written behind an apostrophe: whoever can name a resource must not run anything there.
 */
export function csvLines<Row>(rows: readonly Row[], columns: ReadonlyArray<Column<Row>>): string {
  const cells = rows.map((row) => columns.map((column): Cell => column.value(row) ?? null));
  return stringify(cells, {
    escape_formulas: true,
    cast: { boolean: (value) => String(value) },
  });
}
