import { Command } from 'commander';
import { sliceStateSchema } from '../../model/scope.ts';
import {
  duration,
  RUN_COLOURS,
  RUN_COLUMNS,
  type RunDetail,
  SLICE_COLUMNS,
} from '../discovery/run-columns.ts';
import { choiceOption, numberOption, withExamples } from '../options.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openSession, withApi, withCsv, withJson } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

/** As many slices as the API tells of one run. */
const MOST_SLICES = 10_000;

const RUN_ID = 'a run id, or a workflow id, which stands for its newest run';

/** `cmdb runs` */
export function runsCommand(terminal: Terminal): Command {
  const command = new Command('runs').description('discoveries that run or ran');
  command.addCommand(listCommand(terminal), { isDefault: true });
  command.addCommand(showCommand(terminal));
  for (const verb of ['cancel', 'pause', 'resume'] as const) {
    command.addCommand(tellCommand(terminal, verb));
  }
  return command;
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('the newest runs (the default)')
    .addOption(
      numberOption('-n, --limit <number>', 'at most so many', { from: 1, to: 100, fallback: 20 }),
    )
    .action(async (options: CommonOptions & { limit: number }) => {
      const { api, output } = openSession(terminal, options);
      const answer = await api.call('GET /discoveries', { query: { limit: options.limit } });
      if (output.format === 'json') return output.json(answer);
      output.table(answer.items, RUN_COLUMNS);
      if (output.format === 'human' && answer.items.length === 0) {
        note(terminal, 'Nothing was discovered yet: cmdb discover.');
      }
    });
  withApi(withCsv(command));
  return withExamples(command, 'cmdb runs', 'cmdb runs --json | jq -r .items[0].status');
}

interface ShowOptions extends CommonOptions {
  state?: string;
}

function showCommand(terminal: Terminal): Command {
  const command = new Command('show')
    .description('a run and its slices')
    .argument('<id>', RUN_ID)
    .addOption(
      choiceOption('--state <state>', 'slices in this state alone', sliceStateSchema.options),
    )
    .action(async (id: string, options: ShowOptions) => {
      const { api, output } = openSession(terminal, options);
      const run = await api.call('GET /discoveries/{id}', {
        params: { id },
        query: { limit: MOST_SLICES },
      });
      if (output.format === 'json') return output.json(run);
      const slices = run.slices.filter((slice) => !options.state || slice.state === options.state);
      if (output.format === 'human') showHead(output, run);
      output.table(slices, SLICE_COLUMNS);
      if (run.slices_truncated) note(terminal, `Only the first ${MOST_SLICES} slices are shown.`);
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb runs show discovery',
    'cmdb runs show discovery --state denied --csv',
  );
}

function showHead(output: Output, run: RunDetail): void {
  const { slices_done, slices_total, phase, paused } = run.progress;
  output.fields([
    ['run', run.run_id],
    ['workflow', output.safe(run.workflow_id)],
    ['status', output.paint(RUN_COLOURS[run.status], paused ? 'paused' : run.status)],
    ['phase', phase],
    ['started', `${run.started_at}, took ${duration(run)}`],
    ['slices', `${slices_done} of ${slices_total}`],
    ['Temporal', run.temporal_ui_url],
    ...run.errors.map((error): [string, string] => ['error', output.safe(error.message)]),
  ]);
  output.line();
}

const DONE = { cancel: 'is being cancelled', pause: 'is paused', resume: 'goes on' } as const;

function tellCommand(terminal: Terminal, verb: keyof typeof DONE): Command {
  const summaries = {
    cancel: 'end a run; what is promoted stays',
    pause: 'start no new listings until it is resumed',
    resume: 'go on with a paused run',
  };
  const command = new Command(verb)
    .description(summaries[verb])
    .argument('<id>', RUN_ID)
    .action(async (id: string, options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const told = await api.call(`POST /discoveries/{id}/${verb}`, { params: { id } });
      if (output.format === 'json') output.json(told);
      else output.line(`${told.run_id} ${DONE[verb]}.`);
    });
  return withExamples(withApi(withJson(command)), `cmdb runs ${verb} discovery`);
}
