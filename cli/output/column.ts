import type { styleText } from 'node:util';

/** A colour or a weight, as Node names it. */
export type Colour = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/** What a cell can hold; null is an empty cell. */
export type Cell = string | number | boolean | null;

/** One column of a table; the same for people, and for CSV. */
export interface Column<Row> {
  /** The field's name: the head of the column, also in CSV. */
  name: string;
  value(row: Row): Cell | undefined;
  /** How the value is coloured on a terminal; null for not at all. */
  colour?(row: Row): Colour | null;
  align?: 'left' | 'right';
  /** Cut when the table is wider than the terminal; the others keep their width. */
  gives?: boolean;
  /** Left out of the table for people, which is wide enough; CSV has it. */
  csv_only?: boolean;
}
