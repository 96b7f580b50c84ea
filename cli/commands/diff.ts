import { Command, Option } from 'commander';
import type { AnswerOf } from '../client/routes.ts';
import { kindColour, subjectColumns } from '../items/change-columns.ts';
import { type FilterOptions, filterQuery, withItemFilters } from '../items/item-filters.ts';
import { numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, type Session, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';
import { parsePast } from '../time-argument.ts';

interface DiffOptions extends CommonOptions, FilterOptions {
  from: string;
  to?: string;
  limit: number;
  all?: boolean;
}

type Page = AnswerOf<'GET /diff'>;
type Row = Page['items'][number];

const PAGE_SIZE = 500;
const MOST = 10_000_000;

const COLUMNS: ReadonlyArray<Column<Row>> = [
  { name: 'kind', value: (row) => row.kind, colour: (row) => kindColour(row.kind) },
  ...subjectColumns<Row>(),
];

/** `cmdb diff` */
export function diffCommand(terminal: Terminal): Command {
  const command = new Command('diff')
    .description('how the inventory differs between two times')
    .addOption(
      new Option('--from <time>', 'the first: 2026-05-01, 2026-05-01T12:00:00Z, or 24h ago')
        .argParser(parsePast)
        .makeOptionMandatory(),
    )
    .option('--to <time>', 'the second; now by default', parsePast)
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', { from: 1, to: MOST, fallback: 100 }),
    )
    .option('--all', 'all differences')
    .action(async (options: DiffOptions) => {
      const session = openSession(terminal, options);
      await show(session, pages(session, options, options.all ? MOST : options.limit));
    });
  withApi(withCsv(withItemFilters(command)));
  return withExamples(
    command,
    'cmdb diff --from 24h',
    'cmdb diff --from 2026-05-01 --to 2026-06-01 --environment production --all --csv',
  );
}

/** Pages of one difference: further ones are asked for with the end that the first one told. */
async function* pages({ api }: Session, options: DiffOptions, limit: number): AsyncGenerator<Page> {
  let { to } = options;
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page: Page = await api.call('GET /diff', {
      query: {
        ...filterQuery(options),
        from: options.from,
        to,
        limit: Math.min(left, PAGE_SIZE),
        cursor,
      },
    });
    yield page;
    left -= page.items.length;
    if (page.next_cursor === null) return;
    ({ to, next_cursor: cursor } = { ...page, next_cursor: page.next_cursor });
  }
}

async function show({ output, terminal }: Session, all: AsyncGenerator<Page>): Promise<void> {
  const list = output.openList<Row>(COLUMNS);
  let shown = 0;
  let first: Page | null = null;
  for await (const page of all) {
    first ??= page;
    list.add(page.items);
    shown += page.items.length;
  }
  const { from, to, summary } = first ?? { from: null, to: null, summary: null };
  list.end({ from, to, summary });
  if (output.format !== 'human') return;
  const counts = Object.entries(summary ?? {}).filter(([, count]) => count > 0);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const told = counts.map(
    ([kind, count]) => `${count.toLocaleString('en')} ${kind.replaceAll('_', ' ')}`,
  );
  note(terminal, `From ${from} to ${to}: ${told.join(', ') || 'nothing is different'}.`);
  if (shown < total) note(terminal, `${shown.toLocaleString('en')} are shown; --all shows all.`);
}
