import { Command } from 'commander';
import { noteCoverage } from '../items/show-items.ts';
import { withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface Count {
  by: string;
  value: string;
  count: number;
}

const COLUMNS: ReadonlyArray<Column<Count>> = [
  { name: 'by', value: (row) => row.by, colour: () => 'dim' },
  { name: 'value', value: (row) => row.value, gives: true },
  { name: 'count', value: (row) => row.count, align: 'right' },
];

/** `cmdb stats` */
export function statsCommand(terminal: Terminal): Command {
  const command = new Command('stats')
    .description('counts of items and relationships')
    .action(async (options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const stats = await api.call('GET /stats', {});
      if (output.format === 'json') return output.json(stats);
      if (output.format === 'human') {
        const { total_cis, total_relationships } = stats;
        output.line(
          `${total_cis.toLocaleString('en')} items, ` +
            `${total_relationships.toLocaleString('en')} relationships\n`,
        );
      }
      output.table(countsOf(stats), COLUMNS);
      if (output.format === 'human' && stats.coverage) noteCoverage(terminal, stats.coverage);
    });
  withApi(withCsv(command));
  return withExamples(command, 'cmdb stats', 'cmdb stats --json | jq .by_type');
}

/** Every `by_…` of the answer, each with the greatest counts first. */
function countsOf(stats: object): Count[] {
  return Object.entries(stats)
    .filter(([name]) => name.startsWith('by_'))
    .flatMap(([name, counts]) =>
      Object.entries(counts as Record<string, number>)
        .sort(([, one], [, other]) => other - one)
        .map(([value, count]) => ({ by: name.slice('by_'.length), value, count })),
    );
}
