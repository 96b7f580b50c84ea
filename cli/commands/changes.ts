import { Command } from 'commander';
import { type ChangeEvent, type ChangeType, changeTypeSchema } from '../../model/change-event.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { ciEnvironmentSchema, providerSchema } from '../../model/enums.ts';
import { followChanges } from '../changes/follow-changes.ts';
import { CliError } from '../cli-error.ts';
import type { AnswerOf, QueryOf } from '../client/routes.ts';
import { changeLine, kindColour, subjectColumns } from '../items/change-columns.ts';
import { parseCiId } from '../items/ci-id.ts';
import { choiceOption, listOption, numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, type Session, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Page = AnswerOf<'GET /changes'>;
type Query = NonNullable<QueryOf<'GET /changes'>>;

interface ChangesOptions extends CommonOptions {
  follow?: boolean;
  after?: string;
  type?: string[];
  item?: string;
  ciType?: Query['ci_type'];
  environment?: Query['environment'];
  provider?: Query['provider'];
  account?: string;
  team?: string;
  limit: number;
  all?: boolean;
}

const PAGE_SIZE = 500;
const MOST = 100_000_000;

const COLUMNS: ReadonlyArray<Column<ChangeEvent>> = [
  { name: 'timestamp', value: (row) => row.timestamp },
  { name: 'type', value: (row) => row.type, colour: (row) => kindColour(row.type) },
  ...subjectColumns<ChangeEvent>(),
  {
    name: 'changed_by',
    value: (row) => ('changed_by' in row ? row.changed_by : null),
    csv_only: true,
  },
  { name: 'run_id', value: (row) => row.run_id, csv_only: true },
  { name: 'seq', value: (row) => row.seq, csv_only: true },
];

/** `cmdb changes` */
export function changesCommand(terminal: Terminal): Command {
  const command = new Command('changes')
    .description('every change, commit by commit, the oldest first')
    .option('-f, --follow', 'go on with changes as they happen, until Ctrl-C')
    .option(
      '--after <cursor>',
      'behind a cursor of before, or "now"; where history begins by default, with --follow now',
    )
    .addOption(listOption('--type <type>', changeTypeSchema.options.join(', ')))
    .option('--item <ci_id>', 'of one item', parseCiId)
    .addOption(
      choiceOption('--ci-type <class>', 'a class, and what is below it', ciTypeSchema.options),
    )
    .addOption(choiceOption('--environment <name>', 'an environment', ciEnvironmentSchema.options))
    .addOption(choiceOption('--provider <name>', 'a provider', providerSchema.options))
    .option('--account <id>', 'an account, project, subscription, cluster or machine')
    .option('--team <name>', 'a team')
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', { from: 1, to: MOST, fallback: 100 }),
    )
    .option('--all', 'all of them')
    .action(async (options: ChangesOptions) => {
      const session = openSession(terminal, options);
      const query = queryOf(options);
      if (options.follow) return follow(session, query);
      await show(session, pages(session, query, options.all ? MOST : options.limit));
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb changes --follow --environment production',
    'cmdb changes --type ci.created,ci.retired --all --csv > changes.csv',
    'cmdb changes --follow --json | jq -r \'select(.type == "ci.missing") | .ci.name\'',
  );
}

/** @throws {CliError} when a type is not one */
function queryOf(options: ChangesOptions): Query {
  const { after, type, item, ciType, environment, provider, account, team } = options;
  const query = {
    after: after ?? (options.follow ? 'now' : undefined),
    type: type?.map(changeType),
    ci_id: item,
    ci_type: ciType,
    environment,
    provider,
    account,
    team,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

function changeType(text: string): ChangeType {
  const { data } = changeTypeSchema.safeParse(text);
  if (data) return data;
  const known = changeTypeSchema.options.join(', ');
  throw new CliError('usage', `There is no type "${text}".`, `There are: ${known}.`);
}

/** Each change as it comes; as JSON a line each, since there is no end that could close a document. */
async function follow({ api, output, terminal }: Session, query: Query): Promise<void> {
  const list = output.format === 'csv' ? output.openList<ChangeEvent>(COLUMNS) : null;
  if (output.format === 'human') note(terminal, 'Waiting for changes; Ctrl-C ends it.');
  const onAway = (error: CliError) => note(terminal, `${error.message} It is tried again.`);
  for await (const event of followChanges(api, query, onAway)) {
    if (list) list.add([event]);
    else if (output.format === 'json') output.jsonLine(event);
    else output.line(changeLine(output, event));
  }
}

async function* pages({ api }: Session, query: Query, limit: number): AsyncGenerator<Page> {
  let after = query.after;
  for (let left = limit; left > 0; ) {
    const page: Page = await api.call('GET /changes', {
      query: { ...query, after, limit: Math.min(left, PAGE_SIZE) },
    });
    yield page;
    left -= page.items.length;
    if (!page.has_more) return;
    after = page.next_cursor;
  }
}

async function show({ output, terminal }: Session, all: AsyncGenerator<Page>): Promise<void> {
  const list = output.openList<ChangeEvent>(COLUMNS);
  let last: Page | null = null;
  let shown = 0;
  for await (const page of all) {
    list.add(page.items);
    shown += page.items.length;
    last = page;
  }
  list.end({ next_cursor: last?.next_cursor ?? null, has_more: last?.has_more ?? false });
  if (output.format !== 'human' || !last) return;
  if (shown === 0) note(terminal, 'There was no such change.');
  const more = last.has_more ? 'There are more' : 'To read on later';
  note(terminal, `${more}: --after ${last.next_cursor}`);
}
