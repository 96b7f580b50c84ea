import { Command } from 'commander';
import type { RunStatus } from '../../model/scope.ts';
import type { AnswerOf } from '../client/routes.ts';
import { followRun } from '../discovery/follow-run.ts';
import { askWish, onInterruption } from '../discovery/interruption.ts';
import { progressBars } from '../discovery/progress-bars.ts';
import { progressLines } from '../discovery/progress-lines.ts';
import {
  type RequestOptions,
  requestOf,
  withRequestOptions,
} from '../discovery/request-options.ts';
import type { RunDetail } from '../discovery/run-columns.ts';
import { summarizeRun } from '../discovery/summarize-run.ts';
import type { Outcome } from '../exit-codes.ts';
import { withExamples } from '../options.ts';
import { type CommonOptions, openSession, type Session, withApi, withJson } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

interface DiscoverOptions extends CommonOptions, RequestOptions {
  detach?: boolean;
}

type Started = AnswerOf<'POST /discover'>;

const OUTCOMES: Readonly<Record<RunStatus, Outcome>> = {
  running: 'ok',
  completed: 'ok',
  completed_with_errors: 'completed_with_errors',
  failed: 'discovery_failed',
  cancelled: 'discovery_cancelled',
};

/** `cmdb discover` */
export function discoverCommand(terminal: Terminal): Command {
  const command = new Command('discover')
    .description('start a discovery and follow it to its end')
    .option('--detach', 'start it, and do not wait')
    .action(async (options: DiscoverOptions) => {
      const session = openSession(terminal, options);
      const started = await session.api.call('POST /discover', { body: requestOf(options) });
      if (started.already_running)
        note(terminal, 'The same discovery is running: this is that one.');
      if (options.detach) showStarted(session, started);
      else await follow(session, started);
    });
  withApi(withJson(withRequestOptions(command)));
  return withExamples(
    command,
    'cmdb discover',
    'cmdb discover --provider aws --region eu-west-1,eu-west-2',
    'cmdb discover --detach --json | jq -r .run_id',
  );
}

function showStarted({ output }: Session, started: Started): void {
  if (output.format === 'json') output.json(started);
  else output.line(`Run ${started.run_id} is on its way: cmdb runs show ${started.run_id}`);
}

async function follow(session: Session, started: Started): Promise<void> {
  const { api, output, terminal } = session;
  using interruption = onInterruption();
  for (;;) {
    const end = await watch(session, started, interruption.signal);
    if (end) {
      if (output.format === 'json') output.json(end);
      else summarizeRun(output, end);
      return terminal.endWith(OUTCOMES[end.status]);
    }
    interruption.arm();
    const wish = await askWish(terminal);
    if (wish === 'detach') {
      note(terminal, `Detached. The discovery goes on: cmdb runs show ${started.run_id}`);
      return terminal.endWith('interrupted');
    }
    if (wish === 'cancel') {
      const { run_id: id, workflow_id } = started;
      const request = { params: { id }, query: { workflow_id } };
      // What ended in the meantime cannot be cancelled: how it ended is told next.
      await api.call('POST /discoveries/{id}/cancel', { ...request, accept: [409] });
      note(terminal, 'It is being cancelled; what is promoted stays.');
    }
  }
}

/** Shows a run until it is over; null when it was interrupted before. */
async function watch(
  { api, terminal }: Session,
  started: Started,
  signal: AbortSignal,
): Promise<RunDetail | null> {
  const { stderr } = terminal;
  const isTerminal = stderr.isTTY && terminal.environment.TERM !== 'dumb';
  const view = isTerminal ? progressBars(stderr) : progressLines(stderr);
  let last: RunDetail | null = null;
  try {
    for await (const run of followRun(api, started, signal)) {
      last = run;
      view.show(run);
    }
    return last;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    view.close();
  }
}
