import { Command } from 'commander';
import { ITEM_SORTS } from '../../model/item-sorts.ts';
import { ITEM_COLUMNS } from '../items/item-columns.ts';
import { type ListFilterOptions, listQuery, withListFilters } from '../items/item-filters.ts';
import { ALL_ITEMS, showItems } from '../items/show-items.ts';
import { choiceOption, numberOption, withExamples } from '../options.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ListOptions extends CommonOptions, ListFilterOptions {
  sort?: (typeof ITEM_SORTS)[number];
  limit: number;
  all?: boolean;
}

/** `cmdb list` */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .alias('ls')
    .description('items by class, place, owner, text and tags')
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', {
        from: 1,
        to: ALL_ITEMS,
        fallback: 50,
      }),
    )
    .option('--all', 'all of them')
    .addOption(
      choiceOption('--sort <field>', 'the order, a minus turns it round; newest first', ITEM_SORTS),
    )
    .action(async (options: ListOptions) => {
      const query = { ...listQuery(options), sort: options.sort };
      const limit = options.all ? ALL_ITEMS : options.limit;
      await showItems(openSession(terminal, options), query, limit, ITEM_COLUMNS);
    });
  withApi(withCsv(withListFilters(command)));
  return withExamples(
    command,
    'cmdb list --ci-type database --environment production',
    'cmdb list --tag team:payments --tag tier --region eu-west-1',
    'cmdb list --team payments --updated-since 2026-11-01 --sort=-updated_at',
    'cmdb list --provider aws --all --csv > aws.csv',
    "cmdb list --ci-type server --json | jq -r '.items[].hostname'",
  );
}
