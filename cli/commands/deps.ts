import { Command } from 'commander';
import { relationTypeSchema } from '../../model/enums.ts';
import type { AnswerOf } from '../client/routes.ts';
import { ciIdArgument } from '../items/ci-id.ts';
import { SUMMARY_COLUMNS } from '../items/item-columns.ts';
import { listOption, numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';
import { asOfOption } from '../time-argument.ts';

type Answer = AnswerOf<'GET /ci/{ci_id}/dependencies'>;
type Relation = (typeof relationTypeSchema.options)[number];

interface DepsOptions extends CommonOptions {
  depth: number;
  neededBy?: boolean;
  relation?: Relation[];
  asOf?: string;
}

const COLUMNS: ReadonlyArray<Column<Answer['dependencies'][number]>> = [
  { name: 'hops', value: (row) => row.hops, align: 'right' },
  { name: 'relationship_type', value: (row) => row.via.relationship_type },
  { name: 'via_ci_id', value: (row) => row.via.ci_id, csv_only: true },
  ...SUMMARY_COLUMNS,
];

/** `cmdb deps` */
export function depsCommand(terminal: Terminal): Command {
  const command = new Command('deps')
    .description('what an item needs, or what needs it')
    .addArgument(ciIdArgument())
    .addOption(numberOption('-d, --depth <hops>', 'how far', { from: 1, to: 5, fallback: 1 }))
    .option('--needed-by', 'the other way round: what needs it')
    .addOption(
      listOption(
        '--relation <type>',
        `along these alone: ${relationTypeSchema.options.join(', ')}`,
      ),
    )
    .addOption(asOfOption())
    .action(async (ci_id: string, options: DepsOptions) => {
      const { api, output } = openSession(terminal, options);
      const answer = await api.call('GET /ci/{ci_id}/dependencies', {
        params: { ci_id },
        query: {
          depth: options.depth,
          direction: options.neededBy ? 'needed_by' : 'needs',
          relations: options.relation?.join(','),
          as_of: options.asOf,
        },
      });
      if (output.format === 'json') return output.json(answer);
      output.table(answer.dependencies, COLUMNS);
      if (output.format === 'human') noteRest(terminal, answer);
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb deps 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d --depth 3',
    'cmdb deps 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d --needed-by --relation runs_on,hosted_on',
  );
}

function noteRest(
  terminal: Terminal,
  { dependencies, direction, hidden, truncated }: Answer,
): void {
  if (dependencies.length === 0) {
    note(terminal, direction === 'needs' ? 'It needs nothing known.' : 'Nothing known needs it.');
  }
  noteHidden(terminal, hidden);
  if (truncated) note(terminal, 'There is more: ask with a greater --depth.');
}

/** Says that a token is not let see everything. */
export function noteHidden(terminal: Terminal, hidden: number): void {
  if (hidden > 0) note(terminal, `${hidden} more are not for this token to see.`);
}
