import { Command, InvalidArgumentError } from 'commander';
import type { Coverage, CoverageState } from '../../model/coverage.ts';
import { coverageStateSchema } from '../../model/coverage.ts';
import { providerSchema } from '../../model/enums.ts';
import type { AnswerOf, QueryOf } from '../client/routes.ts';
import { choiceOption, withExamples } from '../options.ts';
import type { Colour, Column } from '../output/column.ts';
import { counted } from '../output/counted.ts';
import {
  type CommonOptions,
  openSession,
  type Session,
  withApi,
  withCsv,
  withJson,
} from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Page = AnswerOf<'GET /coverage'>;
type Slice = Page['items'][number];
type Query = NonNullable<QueryOf<'GET /coverage'>>;

interface CoverageOptions extends CommonOptions {
  all?: boolean;
  state?: CoverageState;
  provider?: Query['provider'];
  account?: string;
  region?: string;
  resourceType?: string;
}

const PAGE_SIZE = 1_000;
/** Held slices for which the next step is shown. */
const MOST_HELD = 5;

/** What a person has to look at, one question each: the API filters by one state at a time. */
const TROUBLES: ReadonlyArray<Pick<Query, 'state' | 'held' | 'stale' | 'unscheduled'>> = [
  { state: 'denied' },
  { state: 'failed' },
  { state: 'partial' },
  { state: 'never' },
  { state: 'complete', held: 'true' },
  { state: 'complete', held: 'false', stale: 'true' },
  { state: 'complete', held: 'false', stale: 'false', unscheduled: 'true' },
];

const COLOURS: Readonly<Record<CoverageState, Colour | null>> = {
  complete: null,
  partial: 'yellow',
  denied: 'red',
  failed: 'red',
  never: 'gray',
};

const COLUMNS: ReadonlyArray<Column<Slice>> = [
  { name: 'state', value: (row) => row.state, colour: (row) => COLOURS[row.state] },
  { name: 'provider', value: (row) => row.provider },
  { name: 'account', value: (row) => row.account, gives: true },
  { name: 'account_name', value: (row) => row.account_name, csv_only: true },
  { name: 'region', value: (row) => row.region },
  { name: 'resource_type', value: (row) => row.resource_type },
  { name: 'population', value: (row) => row.population, align: 'right' },
  { name: 'proven_at', value: (row) => row.proven_at },
  { name: 'missing_permission', value: (row) => row.missing_permission, csv_only: true },
  { name: 'trouble', value: (row) => troubleOf(row), gives: true },
  { name: 'error_code', value: (row) => row.error_code, csv_only: true },
  { name: 'scanned_at', value: (row) => row.scanned_at, csv_only: true },
  { name: 'stale', value: (row) => row.stale, csv_only: true },
  { name: 'held', value: (row) => row.hold !== null, csv_only: true },
  { name: 'unscheduled_since', value: (row) => row.unscheduled_since, csv_only: true },
  { name: 'slice_id', value: (row) => row.slice_id, csv_only: true },
];

/** What is wrong with a slice and what to grant, where that is known; null where nothing is. */
export function troubleOf(slice: Slice): string | null {
  if (slice.missing_permission) return `grant ${slice.missing_permission}`;
  if (slice.error_message) return slice.error_message;
  if (slice.hold) return `${slice.hold.gone} are gone at once: nothing is retired until approved`;
  if (slice.state === 'never') return 'not scanned yet';
  if (slice.unscheduled_since) return `not planned since ${slice.unscheduled_since}`;
  if (slice.stale) return 'not proven for too long: see cmdb schedules';
  return null;
}

/** `cmdb coverage` */
export function coverageCommand(terminal: Terminal): Command {
  const command = new Command('coverage').description('how complete the inventory is');
  command.addCommand(listCommand(terminal), { isDefault: true });
  command.addCommand(approveCommand(terminal));
  return command;
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('slices that are not complete, and what to grant (the default)')
    .option('--all', 'those that are complete, too')
    .addOption(
      choiceOption('--state <state>', 'in this state alone', coverageStateSchema.options).conflicts(
        'all',
      ),
    )
    .addOption(choiceOption('--provider <name>', 'a provider', providerSchema.options))
    .option('--account <id>', 'an account, project, subscription, cluster or machine')
    .option('--region <name>', 'a region')
    .option('--resource-type <name>', 'a resource type, such as aws_ebs_volume')
    .action(async (options: CoverageOptions) => {
      const session = openSession(terminal, options);
      const { output } = session;
      const summary = (await ask(session, options, { limit: 1 })).summary;
      const list = output.openList<Slice>(COLUMNS);
      const held: Slice[] = [];
      // The answers to several questions are laid out together, a page at a time.
      const rows: Slice[] = [];
      for (const part of partsOf(options, summary)) {
        for await (const { items } of pages(session, options, part)) {
          rows.push(...items);
          held.push(...items.filter(({ hold }) => hold && !hold.approval).slice(0, MOST_HELD));
          if (rows.length >= PAGE_SIZE) list.add(rows.splice(0));
        }
      }
      list.add(rows);
      list.end({ summary });
      if (output.format !== 'human') return;
      note(terminal, summaryText(summary));
      for (const { slice_id, hold } of held.slice(0, MOST_HELD)) {
        note(terminal, `To let it lose them: cmdb coverage approve ${slice_id} ${hold?.loss}`);
      }
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb coverage',
    'cmdb coverage --state denied --csv | cut -d, -f9 | sort | uniq -c',
    'cmdb coverage --provider aws --all',
  );
}

interface ApproveOptions extends CommonOptions {
  reason: string;
}

function approveCommand(terminal: Terminal): Command {
  const command = new Command('approve')
    .description('let a held slice lose what it was held for, in its next complete scan')
    .argument('<slice_id>', 'the id of a slice')
    .argument('<loss>', 'by how many items it is held: no other loss is approved', parseLoss)
    .requiredOption('--reason <text>', 'why they are gone')
    .action(async (slice_id: string, loss: number, options: ApproveOptions) => {
      const { api, output } = openSession(terminal, options);
      const slice = await api.call('POST /coverage/{slice_id}/approve-loss', {
        params: { slice_id },
        body: { loss, reason: options.reason },
      });
      if (output.format === 'json') output.json(slice);
      else output.line('Approved: the next complete scan lets them go.');
    });
  return withExamples(
    withApi(withJson(command)),
    "cmdb coverage approve 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d 120 --reason 'the test account was emptied'",
  );
}

function parseLoss(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of items, as cmdb coverage shows it.');
}

/** The questions whose answers are what was asked for; those whose answer is known to be empty left out. */
function partsOf({ all, state }: CoverageOptions, summary: Coverage): Array<Partial<Query>> {
  if (all) return [{}];
  if (state) return [{ state }];
  return TROUBLES.filter((part) => part.state === 'complete' || summary[part.state ?? 'never'] > 0);
}

function ask({ api }: Session, options: CoverageOptions, part: PartQuery): Promise<Page> {
  const { provider, account, region, resourceType } = options;
  return api.call('GET /coverage', {
    query: { provider, account, region, resource_type: resourceType, ...part },
  });
}

type PartQuery = Omit<Partial<Query>, 'limit'> & { limit?: number };

async function* pages(
  session: Session,
  options: CoverageOptions,
  part: Partial<Query>,
): AsyncGenerator<Page> {
  let cursor: string | null = null;
  do {
    const place: Pick<Query, 'cursor'> = cursor === null ? {} : { cursor };
    const page: Page = await ask(session, options, { ...part, ...place, limit: PAGE_SIZE });
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

function summaryText({ slices, complete, held, stale_scopes, oldest_proof }: Coverage): string {
  if (slices === 0) return 'Nothing was discovered yet: cmdb discover.';
  return [
    `${complete.toLocaleString('en')} of ${counted(slices, 'slice')} complete`,
    ...(held > 0 ? [`${held} held`] : []),
    ...(stale_scopes > 0 ? [`${counted(stale_scopes, 'scope')} stale`] : []),
    ...(oldest_proof === null ? [] : [`the oldest proof is of ${oldest_proof}`]),
  ]
    .join(', ')
    .concat('.');
}
