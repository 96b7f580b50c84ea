import { Command } from 'commander';
import type { AnswerOf } from '../client/routes.ts';
import { parseCiId } from '../items/ci-id.ts';
import { SUMMARY_COLUMNS } from '../items/item-columns.ts';
import { numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';
import { asOfOption } from '../time-argument.ts';

type Answer = AnswerOf<'GET /path'>;

interface PathOptions extends CommonOptions {
  maxHops: number;
  asOf?: string;
}

/** An item of the way, and how it hangs on the one before. */
interface Step {
  hop: number;
  /** `runs_on ->`: the one before points at this one; `<- runs_on`: this one at the one before. */
  relation: string | null;
  item: Answer['items'][number];
}

const COLUMNS: ReadonlyArray<Column<Step>> = [
  { name: 'hop', value: (row) => row.hop, align: 'right' },
  { name: 'relation', value: (row) => row.relation },
  ...SUMMARY_COLUMNS.map(
    ({ value, colour, ...column }): Column<Step> => ({
      ...column,
      value: ({ item }) => value(item),
      ...(colour ? { colour: ({ item }: Step) => colour(item) } : {}),
    }),
  ),
];

/** `cmdb path` */
export function pathCommand(terminal: Terminal): Command {
  const command = new Command('path')
    .description('how two items are connected, whichever way the relationships point')
    .argument('<from>', 'the id of an item, as lists show it', parseCiId)
    .argument('<to>', 'the id of the other', parseCiId)
    .addOption(numberOption('--max-hops <hops>', 'how far', { from: 1, to: 12, fallback: 8 }))
    .addOption(asOfOption())
    .action(async (from: string, to: string, options: PathOptions) => {
      const { api, output } = openSession(terminal, options);
      const answer = await api.call('GET /path', {
        query: { from, to, max_hops: options.maxHops, as_of: options.asOf },
      });
      if (output.format === 'json') return output.json(answer);
      output.table(stepsOf(answer), COLUMNS);
      if (output.format === 'csv') return;
      if (!answer.connected)
        note(terminal, `They are not connected within ${options.maxHops} hops.`);
      if (answer.truncated) {
        note(terminal, 'Too much had to be read: there may be a path, or a shorter one.');
      }
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb path 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d 7d0f2b1c-93a1-5f0e-8a52-0c1e6b1f4a77',
  );
}

function stepsOf({ items, relationships }: Answer): Step[] {
  return items.map((item, hop) => {
    const edge = hop === 0 ? undefined : relationships[hop - 1];
    if (!edge) return { hop, relation: null, item };
    const { target_ci_id, relationship_type: type } = edge;
    return { hop, relation: target_ci_id === item.ci_id ? `${type} ->` : `<- ${type}`, item };
  });
}
