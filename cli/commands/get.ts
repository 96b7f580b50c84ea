import { Command, Option } from 'commander';
import type { AnswerOf } from '../client/routes.ts';
import { ciIdArgument } from '../items/ci-id.ts';
import { showSources } from '../items/show-sources.ts';
import { withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openSession, withApi, withJson } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { asOfOption } from '../time-argument.ts';

type Item = AnswerOf<'GET /ci/{ci_id}'>;

interface GetOptions extends CommonOptions {
  asOf?: string;
  sources?: boolean;
}

/** `cmdb get` */
export function getCommand(terminal: Terminal): Command {
  const command = new Command('get')
    .description('an item with every field of its class')
    .addArgument(ciIdArgument())
    .addOption(asOfOption())
    .addOption(
      new Option(
        '--sources',
        'every source of the thing, and which of them gave which value',
      ).conflicts('asOf'),
    )
    .action(async (ci_id: string, options: GetOptions) => {
      const { api, output } = openSession(terminal, options);
      if (options.sources) {
        const sources = await api.call('GET /ci/{ci_id}/sources', { params: { ci_id } });
        if (output.format === 'json') output.json(sources);
        else showSources(output, sources);
        return;
      }
      const item = await api.call('GET /ci/{ci_id}', {
        params: { ci_id },
        query: { as_of: options.asOf },
      });
      if (output.format === 'json') output.json(item);
      else showItem(output, item);
    });
  withApi(withJson(command));
  return withExamples(
    command,
    'cmdb get 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d',
    'cmdb get 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d --sources',
    'cmdb get 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d --json | jq .tags',
  );
}

/** What is shown in parts of its own, below the plain fields. */
const PARTS = new Set([
  'attributes',
  'tags',
  'change_history',
  'overrides',
  'display_name',
  'name',
]);

function showItem(output: Output, item: Item): void {
  output.line(output.paint('bold', output.safe(item.display_name)));
  output.fields(plainFields(output, item).filter(([name]) => !PARTS.has(name)));
  showPart(output, 'tags', item.tags);
  showPart(output, 'attributes', item.attributes);
  for (const [field, override] of Object.entries(item.overrides ?? {})) {
    const { value, observed, by, at } = override;
    output.line(`\n${field} is ${output.safe(value)}, by ${output.safe(by)} at ${at}`);
    output.line(`  discovery says ${observed === null ? 'nothing' : output.safe(observed)}`);
  }
  if (item.change_history.length === 0) return;
  output.line(`\n${output.paint('bold', 'changes')}`);
  output.table(
    item.change_history.flatMap(({ version, timestamp, changes }) =>
      Object.entries(changes).map(([field, change]) => ({ version, timestamp, field, ...change })),
    ),
    CHANGE_COLUMNS,
  );
}

const CHANGE_COLUMNS: ReadonlyArray<
  Column<{ version: number; timestamp: string; field: string; old: unknown; new: unknown }>
> = [
  { name: 'version', value: (row) => row.version, align: 'right' },
  { name: 'timestamp', value: (row) => row.timestamp },
  { name: 'field', value: (row) => row.field },
  { name: 'old', value: (row) => textOf(row.old), gives: true },
  { name: 'new', value: (row) => textOf(row.new), gives: true },
];

function showPart(output: Output, title: string, values: Readonly<Record<string, unknown>>): void {
  if (Object.keys(values).length === 0) return;
  output.line(`\n${output.paint('bold', title)}`);
  output.fields(plainFields(output, values));
}

/** Fields that say something, as text. */
function plainFields(output: Output, values: object): Array<[string, string]> {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined && !isEmptyList(value))
    .map(([name, value]) => [output.safe(name), output.safe(textOf(value))]);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
