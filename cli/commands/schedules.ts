import { Command } from 'commander';
import { overlapSchema } from '../../model/schedule.ts';
import type { AnswerOf } from '../client/routes.ts';
import {
  type RequestOptions,
  requestOf,
  requestText,
  withRequestOptions,
} from '../discovery/request-options.ts';
import { choiceOption, numberOption, withExamples } from '../options.ts';
import type { Colour, Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openSession, withApi, withCsv, withJson } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

type Schedule = AnswerOf<'GET /schedules'>['items'][number];

const COLOURS: Readonly<Record<Schedule['state'], Colour>> = {
  active: 'green',
  paused: 'yellow',
  lost: 'red',
};

const COLUMNS: ReadonlyArray<Column<Schedule>> = [
  { name: 'schedule_id', value: (row) => row.schedule_id },
  { name: 'state', value: (row) => row.state, colour: (row) => COLOURS[row.state] },
  { name: 'cron', value: (row) => row.cron },
  { name: 'time_zone', value: (row) => row.time_zone },
  { name: 'request', value: (row) => requestText(row.request), gives: true },
  { name: 'next_run', value: (row) => nextRun(row) },
  { name: 'last_run', value: (row) => row.recent_runs[0]?.started_at },
  { name: 'note', value: (row) => row.note, gives: true },
  { name: 'owner', value: (row) => row.owner, csv_only: true },
  { name: 'overlap', value: (row) => row.overlap, csv_only: true },
  { name: 'jitter_seconds', value: (row) => row.jitter_seconds, csv_only: true },
  { name: 'running', value: (row) => row.running.length, csv_only: true },
  { name: 'skipped', value: (row) => row.skipped, csv_only: true },
  { name: 'missed', value: (row) => row.missed, csv_only: true },
];

/** A paused one is not due, whatever its calendar says. */
function nextRun({ state, next_runs }: Schedule): string | null {
  return state === 'active' ? (next_runs[0] ?? null) : null;
}

/** `cmdb schedules` */
export function schedulesCommand(terminal: Terminal): Command {
  const command = new Command('schedules').description('when discoveries are started');
  command.addCommand(listCommand(terminal), { isDefault: true });
  command.addCommand(showCommand(terminal));
  command.addCommand(createCommand(terminal));
  for (const verb of ['pause', 'resume'] as const) {
    command.addCommand(holdCommand(terminal, verb));
  }
  command.addCommand(triggerCommand(terminal));
  command.addCommand(deleteCommand(terminal));
  return command;
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('all of them (the default)')
    .action(async (options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const answer = await api.call('GET /schedules', {});
      if (output.format === 'json') return output.json(answer);
      output.table(answer.items, COLUMNS);
      if (output.format === 'human' && answer.items.length === 0) {
        note(terminal, 'Nothing is scheduled: cmdb schedules create.');
      }
    });
  return withExamples(withApi(withCsv(command)), 'cmdb schedules');
}

function showCommand(terminal: Terminal): Command {
  const command = new Command('show')
    .description('one of them, with what it started and when it is due')
    .argument('<id>', 'its id')
    .action(async (schedule_id: string, options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const params = { schedule_id };
      const schedule = await api.call('GET /schedules/{schedule_id}', { params });
      if (output.format === 'json') output.json(schedule);
      else show(output, schedule);
    });
  return withExamples(withApi(withJson(command)), 'cmdb schedules show nightly');
}

function show(output: Output, schedule: Schedule): void {
  const { state, next_runs, recent_runs } = schedule;
  output.fields([
    ['schedule', schedule.schedule_id],
    ['state', output.paint(COLOURS[state], state)],
    ['note', schedule.note && output.safe(schedule.note)],
    ['cron', `${schedule.cron} ${schedule.time_zone}, up to ${schedule.jitter_seconds} s later`],
    ['request', output.safe(requestText(schedule.request))],
    ['overlap', schedule.overlap],
    ['owner', schedule.owner === 'sources' ? 'the sources file' : 'the API'],
    ...next_runs.slice(0, 3).map((at): [string, string] => ['due', at]),
    ...recent_runs.map((run): [string, string] => ['ran', `${run.started_at} ${run.workflow_id}`]),
    ['skipped', schedule.skipped > 0 ? String(schedule.skipped) : null],
    ['missed', schedule.missed > 0 ? String(schedule.missed) : null],
  ]);
}

interface CreateOptions extends CommonOptions, RequestOptions {
  timeZone: string;
  jitter: number;
  overlap: Schedule['overlap'];
  paused?: boolean;
}

function createCommand(terminal: Terminal): Command {
  const command = new Command('create')
    .description('schedule discoveries, of everything that is configured or of a part')
    .argument('<id>', 'lower-case letters, digits and hyphens')
    .argument('<cron>', 'five cron fields, or @hourly, @daily, @weekly, @monthly')
    .option('--time-zone <name>', 'such as Europe/Berlin', 'UTC')
    .addOption(
      numberOption('--jitter <seconds>', 'start up to so much later', {
        from: 0,
        to: 3600,
        fallback: 30,
      }),
    )
    .addOption(
      choiceOption(
        '--overlap <policy>',
        'while the one before still runs',
        overlapSchema.options,
      ).default('skip'),
    )
    .option('--paused', 'begin paused')
    .action(async (schedule_id: string, cron: string, options: CreateOptions) => {
      const { api, output } = openSession(terminal, options);
      const { timeZone, jitter, overlap, paused } = options;
      const schedule = await api.call('POST /schedules', {
        body: {
          schedule_id,
          cron,
          time_zone: timeZone,
          jitter_seconds: jitter,
          overlap,
          paused: paused === true,
          request: requestOf(options),
        },
      });
      if (output.format === 'json') return output.json(schedule);
      const due = nextRun(schedule);
      output.line(`${schedule_id} is scheduled${due ? `; due at ${due}` : ', and paused'}.`);
    });
  return withExamples(
    withApi(withJson(withRequestOptions(command))),
    "cmdb schedules create nightly '0 3 * * *' --time-zone Europe/Berlin",
    'cmdb schedules create aws-hourly @hourly --provider aws',
  );
}

function holdCommand(terminal: Terminal, verb: 'pause' | 'resume'): Command {
  const summaries = {
    pause: 'start nothing until it is resumed; what runs goes on',
    resume: 'go on; what was due in the meantime is not made up for',
  };
  const command = new Command(verb)
    .description(summaries[verb])
    .argument('<id>', 'its id')
    .option('--note <text>', 'why')
    .action(async (schedule_id: string, options: CommonOptions & { note?: string }) => {
      const { api, output } = openSession(terminal, options);
      const schedule = await api.call(`POST /schedules/{schedule_id}/${verb}`, {
        params: { schedule_id },
        body: options.note === undefined ? {} : { note: options.note },
      });
      if (output.format === 'json') output.json(schedule);
      else output.line(`${schedule_id} ${verb === 'pause' ? 'is paused' : 'goes on'}.`);
    });
  return withExamples(
    withApi(withJson(command)),
    `cmdb schedules ${verb} nightly --note 'migration of the accounts'`,
  );
}

function triggerCommand(terminal: Terminal): Command {
  const command = new Command('trigger')
    .description('start its discovery now, also while it is paused')
    .argument('<id>', 'its id')
    .addOption(
      choiceOption(
        '--overlap <policy>',
        'while the one before still runs',
        overlapSchema.options,
      ).default('skip'),
    )
    .action(
      async (schedule_id: string, options: CommonOptions & Pick<CreateOptions, 'overlap'>) => {
        const { api, output } = openSession(terminal, options);
        const schedule = await api.call('POST /schedules/{schedule_id}/trigger', {
          params: { schedule_id },
          body: { overlap: options.overlap },
        });
        if (output.format === 'json') output.json(schedule);
        else output.line(`${schedule_id} starts its discovery: cmdb runs shows it in a moment.`);
      },
    );
  return withExamples(withApi(withJson(command)), 'cmdb schedules trigger nightly');
}

function deleteCommand(terminal: Terminal): Command {
  const command = new Command('delete')
    .description('remove it; discoveries that it started go on')
    .argument('<id>', 'its id')
    .action(async (schedule_id: string, options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      await api.call('DELETE /schedules/{schedule_id}', { params: { schedule_id } });
      output.line(`${schedule_id} is gone.`);
    });
  return withExamples(withApi(command), 'cmdb schedules delete nightly');
}
