import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { Column } from './column.ts';
import { printable } from './printable.ts';

/** Where a table is shown. */
export interface TableTarget {
  stream: NodeJS.WriteStream;
  /** Columns of characters; null for as wide as it gets, as in a file. */
  width: number | null;
  /** Without one: rows that go on where others ended. */
  head: boolean;
}

const GAP = 2;
const NARROWEST = 8;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/** Lays rows out in columns: the head in capitals, values that are wider than there is room for cut. */
export function renderTable<Row>(
  rows: readonly Row[],
  allColumns: ReadonlyArray<Column<Row>>,
  { stream, width, head: hasHead }: TableTarget,
): string {
  const columns = allColumns.filter((column) => !column.csv_only);
  const texts = rows.map((row) => columns.map((column) => textOf(column, row)));
  const heads = columns.map(({ name }) => name.replaceAll('_', ' ').toUpperCase());
  const widths = columns.map((_, index) =>
    Math.max(heads[index]?.length ?? 0, ...texts.map((line) => line[index]?.length ?? 0)),
  );
  const fitted = width === null ? widths : shrink(widths, columns, width);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: fitted,
    colAligns: columns.map(({ align }) => align ?? 'left'),
    ...(hasHead ? { head: heads.map((head) => styleText('bold', head, { stream })) } : {}),
  });
  for (const [at, row] of rows.entries()) {
    table.push(
      columns.map((column, index) => {
        const colour = column.colour?.(row) ?? null;
        const text = texts[at]?.[index] ?? '';
        return colour === null ? text : styleText(colour, text, { stream });
      }),
    );
  }
  // The last column is padded, too.
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Takes what is too much from the widest of the columns that give, character by character. */
function shrink<Row>(
  natural: readonly number[],
  columns: ReadonlyArray<Column<Row>>,
  width: number,
): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + GAP * (widths.length - 1);
  const giving = [...columns.keys()].filter((index) => columns[index]?.gives);
  for (let excess = total() - width; excess > 0; excess--) {
    const widest = giving.reduce(
      (best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      giving[0] ?? 0,
    );
    if (giving.length === 0 || (widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function textOf<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row) ?? null;
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value.toLocaleString('en');
  return stripVTControlCharacters(printable(value));
}
