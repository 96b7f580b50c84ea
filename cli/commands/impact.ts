import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import type { AnswerOf, BodyOf } from '../client/routes.ts';
import { parseCiId } from '../items/ci-id.ts';
import { SUMMARY_COLUMNS } from '../items/item-columns.ts';
import { type FilterOptions, filterQuery, withItemFilters } from '../items/item-filters.ts';
import { numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openSession, type Session, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';
import { asOfOption } from '../time-argument.ts';
import { noteHidden } from './deps.ts';

interface ImpactOptions extends CommonOptions, FilterOptions {
  depth?: number;
  asOf?: string;
}

type Impact = Omit<AnswerOf<'GET /ci/{ci_id}/impact'>, 'target_ci'>;

const COLUMNS: ReadonlyArray<Column<Impact['impacted_cis'][number]>> = [
  {
    name: 'effect',
    value: (row) => row.effect,
    colour: (row) => (row.effect === 'outage' ? 'red' : 'yellow'),
  },
  { name: 'hops', value: (row) => row.hops, align: 'right' },
  {
    name: 'by_way_of',
    value: (row) => row.path.map((step) => step.relationship_type).join(' > '),
    gives: true,
  },
  ...SUMMARY_COLUMNS,
];

/** `cmdb impact` */
export function impactCommand(terminal: Terminal): Command {
  const command = new Command('impact')
    .description('what suffers if items fail: one, several at once, or all that filters find')
    .argument('[ci_id...]', 'ids of the items that fail', collectIds)
    .addOption(numberOption('-d, --depth <hops>', 'how far', { from: 1, to: 32 }))
    .addOption(asOfOption())
    .action(async (ciIds: string[] | undefined, options: ImpactOptions) => {
      const session = openSession(terminal, options);
      const answer = await ask(session, ciIds ?? [], options);
      const { output } = session;
      if (output.format === 'json') return output.json(answer);
      output.table(answer.impacted_cis, COLUMNS);
      if (output.format === 'human') summarize(output, terminal, answer);
    });
  withApi(withCsv(withItemFilters(command)));
  return withExamples(
    command,
    'cmdb impact 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d',
    'cmdb impact --availability-zone eu-west-1a',
    'cmdb impact --provider kubernetes --ci-type kubernetes_node --tag pool:batch --csv',
  );
}

function collectIds(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), parseCiId(text)];
}

async function ask({ api }: Session, ciIds: string[], options: ImpactOptions): Promise<Impact> {
  const filter = bodyFilter(options);
  if (ciIds.length > 0 && filter) {
    throw new CliError('usage', 'Ids and filters together say nothing.', 'Give either of them.');
  }
  const { depth, asOf: as_of } = options;
  const [ci_id] = ciIds;
  if (ci_id !== undefined && ciIds.length === 1) {
    return api.call('GET /ci/{ci_id}/impact', { params: { ci_id }, query: { depth, as_of } });
  }
  if (ci_id === undefined && !filter) {
    throw new CliError('usage', 'Which items fail?', 'Give ids, or filters such as --region.');
  }
  const body: NonNullable<BodyOf<'POST /impact'>> = filter ? { filter } : { ci_ids: ciIds };
  return api.call('POST /impact', {
    body: {
      ...body,
      ...(depth === undefined ? {} : { depth }),
      ...(as_of === undefined ? {} : { as_of }),
    },
  });
}

/** The filters as the body of the request has them; null where there are none. */
function bodyFilter(options: FilterOptions) {
  const { tag, ...places } = filterQuery(options);
  const filter = Object.fromEntries(
    Object.entries({ ...places, ...(tag ? { tags: tagsOf(tag) } : {}) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return Object.keys(filter).length > 0 ? filter : null;
}

/** `key:value`, or `key` for any value; a colon of the key is written `\:`, as in lists. */
function tagsOf(tags: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    tags.map((tag) => {
      const at = /(?<!\\):/.exec(tag)?.index;
      const key = (at === undefined ? tag : tag.slice(0, at)).replaceAll('\\:', ':');
      if (key === '') throw new InvalidArgumentError('A tag has a key.');
      return [key, at === undefined ? null : tag.slice(at + 1)];
    }),
  );
}

function summarize(output: Output, terminal: Terminal, impact: Impact): void {
  const { total_impacted, outages, degraded, critical_impacted, truncated } = impact;
  const production = critical_impacted > 0 ? `, ${critical_impacted} in production` : '';
  if (total_impacted > 0) output.line();
  output.line(
    total_impacted === 0
      ? 'Nothing known suffers.'
      : `${total_impacted} suffer: ${outages} fail, too, ${degraded} go on with less${production}.`,
  );
  if (impact.unknown_environment_impacted > 0) {
    note(terminal, `Of ${impact.unknown_environment_impacted} nothing tells the environment.`);
  }
  noteHidden(terminal, impact.hidden);
  if (truncated) note(terminal, 'The answer was cut: more may fail. Ask with a greater --depth.');
}
