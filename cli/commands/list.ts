import { Command } from 'commander';
import type { Coverage } from '../../model/coverage.ts';
import type { AnswerOf } from '../client/routes.ts';
import { ITEM_COLUMNS } from '../items/item-columns.ts';
import { type FilterOptions, filterQuery, withItemFilters } from '../items/item-filters.ts';
import { numberOption, withExamples } from '../options.ts';
import { type CommonOptions, openSession, type Session, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

interface ListOptions extends CommonOptions, FilterOptions {
  limit: number;
  all?: boolean;
}

type Page = AnswerOf<'GET /cis'>;

const PAGE_SIZE = 1_000;
const MOST = 10_000_000;

/** `cmdb list` */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .alias('ls')
    .description('items by class, place and tags')
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', { from: 1, to: MOST, fallback: 50 }),
    )
    .option('--all', 'all of them')
    .action(async (options: ListOptions) => {
      const session = openSession(terminal, options);
      const limit = options.all ? MOST : options.limit;
      await show(session, pages(session, options, limit));
    });
  withApi(withCsv(withItemFilters(command)));
  return withExamples(
    command,
    'cmdb list --ci-type database --environment production',
    'cmdb list --tag team:payments --tag tier --region eu-west-1',
    'cmdb list --provider aws --all --csv > aws.csv',
    "cmdb list --ci-type server --json | jq -r '.items[].hostname'",
  );
}

/** The pages of a list, until there are no more or `limit` items are there. */
async function* pages(
  { api }: Session,
  options: FilterOptions,
  limit: number,
): AsyncGenerator<Page> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page: Page = await api.call('GET /cis', {
      query: { ...filterQuery(options), limit: Math.min(left, PAGE_SIZE), cursor },
    });
    yield page;
    left -= page.items.length;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

/** Shows pages as they come, so that a long list takes no more memory than a short one. */
async function show({ output, terminal }: Session, all: AsyncGenerator<Page>): Promise<void> {
  let total = 0;
  let shown = 0;
  let coverage: Coverage | null = null;
  const list = output.openList<Page['items'][number]>(ITEM_COLUMNS);
  for await (const page of all) {
    if (page.coverage) ({ total, coverage } = { total: page.total, coverage: page.coverage });
    list.add(page.items);
    shown += page.items.length;
  }
  list.end({ total, coverage });
  if (output.format !== 'human') return;
  if (shown === 0) note(terminal, 'No item is like that.');
  else if (shown < total) {
    note(
      terminal,
      `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}; --all lists all.`,
    );
  }
  if (coverage) noteCoverage(terminal, coverage);
}

/** Says what an answer cannot know of. */
export function noteCoverage(terminal: Terminal, coverage: Coverage): void {
  const { slices, partial, denied, failed, never } = coverage;
  const missing = Object.entries({ partial, denied, failed, 'not scanned yet': never })
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  if (missing.length > 0) {
    note(terminal, `Not complete: of ${slices} slices ${missing.join(', ')}.`);
  }
}
