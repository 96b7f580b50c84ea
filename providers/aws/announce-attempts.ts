import { announced, type CallOutcome } from '../announce-call.ts';
import { DENIED_CODES, THROTTLING_CODES } from './error-codes.ts';

type Call<Args, Result> = (args: Args) => Promise<Result>;

/** What the SDK tells a middleware of the command that it is part of. */
interface CommandContext {
  clientName?: string;
  commandName?: string;
}

/** A client's stack of middleware; each client class has a type of its own for it. */
interface Stack {
  add(
    middleware: <Args, Result>(
      next: Call<Args, Result>,
      context: CommandContext,
    ) => Call<Args, Result>,
    options: { step: 'finalizeRequest'; priority: 'low'; name: string },
  ): void;
}

/** Announces every attempt of a client: its middleware stands inside of the SDK's retries. */
export function announceAttempts(stack: Stack): void {
  stack.add(
    (next, { clientName = '', commandName = '' }) => {
      const operation = `${clientName.replace(/Client$/, '')} ${commandName.replace(/Command$/, '')}`;
      return (args) => announced({ provider: 'aws', operation }, () => next(args), outcomeOf);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'announceAttempts' },
  );
}

/** AWS says most of it by a code, under statuses that differ from service to service. */
function outcomeOf(ended: object): CallOutcome {
  if (!('error' in ended)) return 'ok';
  const { error } = ended;
  const code = error instanceof Error ? error.name : '';
  if (THROTTLING_CODES.has(code)) return 'throttled';
  return DENIED_CODES.has(code) ? 'denied' : 'failed';
}
