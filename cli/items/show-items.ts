import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { AnswerOf, QueryOf } from '../client/routes.ts';
import type { Column } from '../output/column.ts';
import type { Session } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Page = AnswerOf<'GET /cis'>;
type ListQuery = NonNullable<QueryOf<'GET /cis'>>;

/** What is asked for, in the words of the API. */
export type ItemsQuery = { [Key in keyof ListQuery]?: ListQuery[Key] | undefined };

const PAGE_SIZE = 1_000;
/** More than any inventory has. */
export const ALL_ITEMS = 10_000_000;

/**
 * Shows the items that a query finds, page by page as they come, so that a long list takes no more
 * memory than a short one.
 *
 * @returns the first page
 */
export async function showItems(
  session: Session,
  query: ItemsQuery,
  limit: number,
  columns: ReadonlyArray<Column<ConfigurationItem>>,
): Promise<Page | null> {
  const { output, terminal } = session;
  let first: Page | null = null;
  let shown = 0;
  const list = output.openList<ConfigurationItem>(columns);
  for await (const page of pages(session, query, limit)) {
    first ??= page;
    // Whole ones: `fields` is not asked for.
    list.add(page.items as ConfigurationItem[]);
    shown += page.items.length;
  }
  if (!first) return null;
  const { total, total_is_exact, matched_by, coverage } = first;
  list.end({ total, total_is_exact, ...(matched_by ? { matched_by } : {}), coverage });
  if (output.format !== 'human') return first;
  if (shown === 0) note(terminal, 'No item is like that.');
  else if (shown < total) {
    const about = total_is_exact ? '' : 'about ';
    note(
      terminal,
      `${shown.toLocaleString('en')} of ${about}${total.toLocaleString('en')}; --all lists all.`,
    );
  }
  if (coverage) noteCoverage(terminal, coverage);
  return first;
}

/** The pages of a list, until there are no more or `limit` items are there. */
async function* pages({ api }: Session, query: ItemsQuery, limit: number): AsyncGenerator<Page> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page: Page = await api.call('GET /cis', {
      query: { ...query, limit: Math.min(left, PAGE_SIZE), cursor },
    });
    yield page;
    left -= page.items.length;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
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
