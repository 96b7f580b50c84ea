import { type ChangeEvent, type ChangeType, changeTypeSchema } from '../../model/change-event.ts';
import type { Difference } from '../../model/diff.ts';
import type { Colour, Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { changesText } from './field-changes.ts';

const LONGEST_TYPE = Math.max(...changeTypeSchema.options.map((type) => type.length));

const COLOURS: Readonly<Partial<Record<ChangeType | Difference['kind'], Colour>>> = {
  'ci.created': 'green',
  'ci.retired': 'red',
  'ci.back': 'green',
  'ci.missing': 'yellow',
  'relationship.added': 'green',
  'relationship.ended': 'red',
  added: 'green',
  retired: 'red',
  missing: 'yellow',
  back: 'green',
  relationship_added: 'green',
  relationship_ended: 'red',
};

/** What happened to an item, or to a relationship, which is told by its source. */
export function subjectColumns<Row extends ChangeEvent | Difference>(): ReadonlyArray<Column<Row>> {
  return [
    { name: 'ci_type', value: (row) => subjectOf(row).ci_type },
    { name: 'name', value: (row) => nameOf(row), gives: true },
    { name: 'what', value: (row) => whatOf(row), gives: true },
    { name: 'environment', value: (row) => subjectOf(row).environment, csv_only: true },
    { name: 'provider', value: (row) => subjectOf(row).provider, csv_only: true },
    { name: 'account', value: (row) => subjectOf(row).account, csv_only: true },
    { name: 'region', value: (row) => subjectOf(row).region, csv_only: true },
    { name: 'ci_id', value: (row) => subjectOf(row).ci_id, colour: () => 'dim' },
    {
      name: 'target_ci_id',
      value: (row) => ('target' in row ? row.target.ci_id : null),
      csv_only: true,
    },
  ];
}

/** A change in one line, of which each stands alone: columns of what is still to come are not known. */
export function changeLine(output: Output, event: ChangeEvent): string {
  const colour = kindColour(event.type);
  const type = event.type.padEnd(LONGEST_TYPE);
  const what = whatOf(event);
  return [
    event.timestamp,
    colour === null ? type : output.paint(colour, type),
    output.safe(`${subjectOf(event).ci_type} ${nameOf(event)}`),
    ...(what === null ? [] : [output.safe(what)]),
  ].join('  ');
}

export function kindColour(kind: ChangeType | Difference['kind']): Colour | null {
  return COLOURS[kind] ?? null;
}

function subjectOf(row: ChangeEvent | Difference) {
  return 'ci' in row ? row.ci : row.source;
}

function nameOf(row: ChangeEvent | Difference): string {
  if ('ci' in row) return row.ci.name;
  return `${row.source.name} ${row.relationship.relationship_type} ${row.target.name}`;
}

/** The fields; those of an item that is new are all that it has, and `cmdb get` shows them. */
function whatOf(row: ChangeEvent | Difference): string | null {
  const isNew = 'type' in row && row.type === 'ci.created';
  return isNew || !('changes' in row) ? null : changesText(row.changes);
}
