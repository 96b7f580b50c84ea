import { Command } from 'commander';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { ciEnvironmentSchema } from '../../model/enums.ts';
import type { AnswerOf, QueryOf } from '../client/routes.ts';
import { SUMMARY_COLUMNS } from '../items/item-columns.ts';
import { choiceOption, numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Answer = AnswerOf<'GET /spof'>;
type Query = NonNullable<QueryOf<'GET /spof'>>;

interface SpofOptions extends CommonOptions {
  environment?: Query['environment'];
  ciType?: Query['ci_type'];
  limit: number;
}

const COLUMNS: ReadonlyArray<Column<Answer['single_points'][number]>> = [
  { name: 'outages', value: (row) => row.outages, align: 'right' },
  {
    name: 'critical_outages',
    value: (row) => row.critical_outages,
    align: 'right',
    colour: (row) => (row.critical_outages > 0 ? 'red' : null),
  },
  { name: 'outages_in_environment', value: (row) => row.outages_in_environment, csv_only: true },
  ...SUMMARY_COLUMNS,
];

/** `cmdb spof` */
export function spofCommand(terminal: Terminal): Command {
  const command = new Command('spof')
    .description('single points of failure: what takes others down when it fails alone')
    .addOption(
      choiceOption(
        '--environment <name>',
        'count and rank by what would be out there',
        ciEnvironmentSchema.options,
      ),
    )
    .addOption(
      choiceOption('--ci-type <class>', 'a class, and what is below it', ciTypeSchema.options),
    )
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', { from: 1, to: 1000, fallback: 50 }),
    )
    .action(async (options: SpofOptions) => {
      const { api, output } = openSession(terminal, options);
      const { environment, ciType, limit } = options;
      const answer = await api.call('GET /spof', {
        query: { environment, ci_type: ciType, limit },
      });
      if (output.format === 'json') return output.json(answer);
      output.table(answer.single_points, COLUMNS);
      if (output.format === 'human') noteRest(terminal, answer);
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb spof --environment production',
    'cmdb spof --ci-type database --csv > single-databases.csv',
  );
}

function noteRest(terminal: Terminal, { total, single_points, state_at, truncated }: Answer): void {
  if (total === 0) note(terminal, 'Nothing known takes others down when it fails alone.');
  else if (single_points.length < total) {
    const [shown, all] = [single_points.length, total].map((count) => count.toLocaleString('en'));
    note(terminal, `${shown} of ${all}; --limit shows more.`);
  }
  if (state_at === null) note(terminal, 'The inventory is empty: cmdb discover.');
  if (truncated) note(terminal, 'The analysis was cut: there may be more, and worse ones.');
}
