import { Argument, Command } from 'commander';
import { SEARCH_COLUMNS } from '../items/item-columns.ts';
import { type ListFilterOptions, listQuery, withListFilters } from '../items/item-filters.ts';
import { ALL_ITEMS, showItems } from '../items/show-items.ts';
import { numberOption, withExamples } from '../options.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

interface SearchOptions extends CommonOptions, ListFilterOptions {
  limit: number;
  all?: boolean;
}

/** `cmdb search` */
export function searchCommand(terminal: Terminal): Command {
  const command = new Command('search')
    .description('items by name, host name, address or external id, in the order of their names')
    .addArgument(new Argument('<text>', 'a part of it, an address, 10.0.0. or 10.0.0.0/20'))
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', {
        from: 1,
        to: ALL_ITEMS,
        fallback: 50,
      }),
    )
    .option('--all', 'all of them')
    .action(async (text: string, options: SearchOptions) => {
      const session = openSession(terminal, options);
      const query = { ...listQuery(options), q: text, sort: 'name' as const };
      const limit = options.all ? ALL_ITEMS : options.limit;
      const page = await showItems(session, query, limit, SEARCH_COLUMNS);
      if (session.output.format !== 'human' || !page || page.total === 0) return;
      if (page.matched_by === 'similarity') {
        note(terminal, 'Nothing contains that; what is shown is written alike.');
      }
    });
  withApi(withCsv(withListFilters(command, { has_text: false })));
  return withExamples(
    command,
    'cmdb search payments',
    'cmdb search 10.0.0. --environment production',
    'cmdb search i-0abc123 --json | jq -r .items[0].ci_id',
  );
}
