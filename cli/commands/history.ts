import { Command } from 'commander';
import type { AnswerOf } from '../client/routes.ts';
import { ciIdArgument } from '../items/ci-id.ts';
import { valueText } from '../items/field-changes.ts';
import { numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Page = AnswerOf<'GET /ci/{ci_id}/history'>;
type Version = Page['items'][number];

interface Row extends Omit<Version, 'changes'> {
  field: string | null;
  old: string | null;
  new: string | null;
}

const PAGE_SIZE = 500;
const MOST = 100_000;

const COLUMNS: ReadonlyArray<Column<Row>> = [
  { name: 'version', value: (row) => row.version, align: 'right' },
  { name: 'timestamp', value: (row) => row.timestamp },
  { name: 'changed_by', value: (row) => row.changed_by ?? 'discovery' },
  { name: 'run_id', value: (row) => row.run_id, csv_only: true },
  { name: 'field', value: (row) => row.field },
  { name: 'old', value: (row) => row.old, gives: true },
  { name: 'new', value: (row) => row.new, gives: true },
];

/** `cmdb history` */
export function historyCommand(terminal: Terminal): Command {
  const command = new Command('history')
    .description('every version of an item: what changed, when, and by whom')
    .addArgument(ciIdArgument())
    .addOption(
      numberOption('-n, --limit <versions>', 'at most so many', {
        from: 1,
        to: MOST,
        fallback: 100,
      }),
    )
    .action(async (ci_id: string, options: CommonOptions & { limit: number }) => {
      const { api, output } = openSession(terminal, options);
      // JSON has the versions as the API tells them; a table has a row for each field.
      const versions = output.format === 'json' ? output.openList<Version>([]) : null;
      const rows = versions ? null : output.openList(COLUMNS);
      let cursor: string | undefined;
      let page: Page | null = null;
      for (let left = options.limit; left > 0; left -= page.items.length) {
        page = await api.call('GET /ci/{ci_id}/history', {
          params: { ci_id },
          query: { limit: Math.min(left, PAGE_SIZE), cursor },
        });
        versions?.add(page.items);
        rows?.add(page.items.flatMap(rowsOf));
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      const { next_cursor = null, kept_from = null } = page ?? {};
      versions?.end({ ci_id, next_cursor, kept_from });
      if (output.format !== 'human') return;
      if (next_cursor !== null) note(terminal, 'There are older versions; --limit shows more.');
      if (kept_from !== null) note(terminal, `What was replaced before ${kept_from} is not kept.`);
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb history 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d',
    'cmdb history 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d --csv > history.csv',
  );
}

/** A version that changed nothing of its own – the first – has one row without a field. */
function rowsOf({ changes, ...version }: Version): Row[] {
  const fields = Object.entries(changes);
  if (fields.length === 0) return [{ ...version, field: null, old: null, new: null }];
  return fields.map(([field, change]) => ({
    ...version,
    field,
    old: valueText(change.old),
    new: valueText(change.new),
  }));
}
