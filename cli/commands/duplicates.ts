import { Command } from 'commander';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { providerSchema } from '../../model/enums.ts';
import { VERDICTS, type Verdict } from '../../model/sameness.ts';
import type { AnswerOf, QueryOf } from '../client/routes.ts';
import { parseCiId } from '../items/ci-id.ts';
import { choiceOption, numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import { type CommonOptions, openSession, withApi, withCsv, withJson } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Page = AnswerOf<'GET /duplicates'>;
type Pair = Page['items'][number];
type Query = NonNullable<QueryOf<'GET /duplicates'>>;
type Decision = AnswerOf<'PUT /duplicates/decisions'>;

interface ListOptions extends CommonOptions {
  ciType?: Query['ci_type'];
  provider?: Query['provider'];
  limit: number;
}

const PAGE_SIZE = 200;

const COLUMNS: ReadonlyArray<Column<Pair>> = [
  { name: 'in_common', value: ({ weak_keys }) => weak_keys.join(', ') },
  { name: 'ci_type', value: ({ items: [one] }) => one?.ci_type },
  { name: 'one', value: ({ items: [one] }) => nameOf(one), gives: true },
  { name: 'other', value: ({ items: [, other] }) => nameOf(other), gives: true },
  { name: 'ci_id', value: ({ items: [one] }) => one?.ci_id },
  { name: 'other_ci_id', value: ({ items: [, other] }) => other?.ci_id },
];

function nameOf(item: Pair['items'][number] | undefined): string | null {
  return item ? `${item.provider}: ${item.name}` : null;
}

/** `cmdb duplicates` */
export function duplicatesCommand(terminal: Terminal): Command {
  const command = new Command('duplicates').description(
    'items of several sources that may be one thing, for you to decide',
  );
  command.addCommand(listCommand(terminal), { isDefault: true });
  for (const verdict of VERDICTS) command.addCommand(decideCommand(terminal, verdict));
  command.addCommand(decisionsCommand(terminal));
  command.addCommand(withdrawCommand(terminal));
  return command;
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('pairs that nobody has decided about (the default)')
    .addOption(choiceOption('--ci-type <class>', 'of this class', ciTypeSchema.options))
    .addOption(choiceOption('--provider <name>', 'one of them there', providerSchema.options))
    .addOption(
      numberOption('--limit <pairs>', 'no more than so many', {
        from: 1,
        to: 100_000,
        fallback: 100,
      }),
    )
    .action(async ({ ciType: ci_type, provider, limit, ...options }: ListOptions) => {
      const { api, output } = openSession(terminal, options);
      const list = output.openList<Pair>(COLUMNS);
      let left = limit;
      let cursor: string | null = null;
      do {
        const place: Pick<Query, 'cursor'> = cursor === null ? {} : { cursor };
        const size = String(Math.min(left, PAGE_SIZE));
        const page: Page = await api.call('GET /duplicates', {
          query: { ci_type, provider, limit: size, ...place },
        });
        list.add(page.items);
        left -= page.items.length;
        cursor = page.next_cursor;
      } while (cursor !== null && left > 0);
      list.end({ next_cursor: cursor });
      if (output.format !== 'human') return;
      if (left === limit) note(terminal, 'Nothing looks like one thing seen twice.');
      if (cursor !== null) note(terminal, 'There may be more; --limit shows them.');
    });
  return withExamples(
    withApi(withCsv(command)),
    'cmdb duplicates',
    'cmdb duplicates --ci-type server --csv',
  );
}

function decideCommand(terminal: Terminal, verdict: Verdict): Command {
  const command = new Command(verdict)
    .description(
      verdict === 'same'
        ? 'decide that two items are one thing'
        : 'decide that two items are not one thing',
    )
    .argument('<ci_id>', 'the id of an item, as lists show it', parseCiId)
    .argument('<other>', 'the id of the other', parseCiId)
    .option('--reason <text>', 'why, for those who come after you')
    .action(async (one: string, other: string, options: CommonOptions & { reason?: string }) => {
      const { api, output } = openSession(terminal, options);
      const reason = options.reason === undefined ? {} : { reason: options.reason };
      const decision = await api.call('PUT /duplicates/decisions', {
        body: { ci_ids: [one, other], verdict, ...reason },
      });
      if (output.format === 'json') return output.json(decision);
      output.line(`decided ${decision.decision_id}`);
      if (verdict === 'different' && decision.are_same) {
        const by = decision.shared_keys[0] ?? 'others that each of them is the same as';
        note(terminal, `They stay one thing all the same, by ${output.safe(by)}.`);
      }
    });
  return withExamples(
    withApi(withJson(command)),
    `cmdb duplicates ${verdict} 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d 7d0f2b1c-93a1-5f0e-8a52-0c1e6b1f4a77`,
  );
}

const DECISION_COLUMNS: ReadonlyArray<Column<Decision>> = [
  { name: 'decision_id', value: (row) => row.decision_id },
  { name: 'verdict', value: (row) => row.verdict },
  { name: 'one', value: ({ items: [one] }) => nameOf(one), gives: true },
  { name: 'other', value: ({ items: [, other] }) => nameOf(other), gives: true },
  { name: 'decided_by', value: (row) => row.decided_by },
  { name: 'decided_at', value: (row) => row.decided_at },
  { name: 'reason', value: (row) => row.reason, gives: true },
];

function decisionsCommand(terminal: Terminal): Command {
  const command = new Command('decisions')
    .description('what was decided, by whom')
    .action(async (options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const list = output.openList<Decision>(DECISION_COLUMNS);
      let cursor: string | null = null;
      do {
        const query: { cursor?: string } = cursor === null ? {} : { cursor };
        const page: AnswerOf<'GET /duplicates/decisions'> = await api.call(
          'GET /duplicates/decisions',
          { query },
        );
        list.add(page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      list.end({});
    });
  return withExamples(withApi(withCsv(command)), 'cmdb duplicates decisions');
}

function withdrawCommand(terminal: Terminal): Command {
  const command = new Command('withdraw')
    .description('withdraw a decision')
    .argument('<decision_id>', 'its id, as cmdb duplicates decisions shows it')
    .action(async (decision_id: string, options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const params = { decision_id };
      await api.call('DELETE /duplicates/decisions/{decision_id}', { params });
      output.line(`withdrawn ${output.safe(decision_id)}`);
    });
  return withExamples(
    withApi(command),
    'cmdb duplicates withdraw 7d0f2b1c-93a1-5f0e-8a52-0c1e6b1f4a77',
  );
}
