import type { AnswerOf } from '../client/routes.ts';
import type { Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { SUMMARY_COLUMNS } from './item-columns.ts';

type Sources = AnswerOf<'GET /ci/{ci_id}/sources'>;
type Source = Sources['fields'][number]['source'];

interface Line {
  field: string;
  value: unknown;
  source: Source;
  /** It is what another source says, and does not hold. */
  is_other: boolean;
}

const COLUMNS: ReadonlyArray<Column<Line>> = [
  { name: 'field', value: ({ field, is_other }) => (is_other ? '' : field) },
  { name: 'value', value: ({ value }) => textOf(value), gives: true },
  { name: 'source', value: ({ source }) => sourceText(source), gives: true },
  { name: 'ci_id', value: ({ source }) => source.ci_id },
];

/** Shows the items of a thing, then each value with who says it; others' values stand below. */
export function showSources(output: Output, { items, fields }: Sources): void {
  output.table(items, SUMMARY_COLUMNS);
  output.line('');
  output.table(
    fields.flatMap(({ field, others, ...first }) => [
      { field, ...first, is_other: false },
      ...others.map((other) => ({ field, ...other, is_other: true })),
    ]),
    COLUMNS,
  );
}

function sourceText({ provider, kind, derived_from, by, at }: Source): string {
  if (kind === 'set') return `${by} at ${at}`;
  return derived_from === null ? provider : `${provider}, ${derived_from}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
