import { CliError } from '../cli-error.ts';
import type { Outcome } from '../exit-codes.ts';
import type { ProblemDocument } from './routes.ts';
import type { ApiSettings } from './settings.ts';

/** How an answer that is an error ends the command. */
const OUTCOMES: Readonly<Record<number, Outcome>> = {
  400: 'usage',
  401: 'denied',
  403: 'denied',
  404: 'not_found',
  409: 'conflict',
  412: 'conflict',
  413: 'usage',
  428: 'usage',
  429: 'unreachable',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
};

const NEXT_STEPS: Readonly<Record<number, string>> = {
  403: 'Ask an admin for a token with another role.',
  412: 'Look at it again, then decide.',
  429: 'Try again in a moment.',
  500: 'The log of the API has the reason.',
  502: 'Look at what stands before the API.',
  503: 'cmdb doctor shows which component is down.',
  504: 'Ask for less at a time, or see cmdb doctor.',
};

/** The error that an answer of the API stands for. */
export async function errorOf(response: Response, settings: ApiSettings): Promise<CliError> {
  const { status } = response;
  const problem = await problemOf(response);
  if (!problem) {
    return new CliError(
      OUTCOMES[status] ?? 'failed',
      `${settings.url} answered ${status}, and not as this API does.`,
      'Set --url or CMDB_URL to the address of CMDB Agent.',
    );
  }
  if (status === 401) return unauthenticated(settings, problem);
  const nextStep = NEXT_STEPS[status] ?? null;
  return new CliError(OUTCOMES[status] ?? 'failed', sentence(problem.detail), nextStep);
}

/** The error that a call stands for which had no answer. */
export function unreachable(error: unknown, settings: ApiSettings): CliError {
  const reason = reasonOf(error);
  const isTimeout = reason === 'TimeoutError';
  return new CliError(
    'unreachable',
    isTimeout
      ? `The API at ${settings.url} took too long to answer.`
      : `The API at ${settings.url} does not answer (${reason}).`,
    isTimeout
      ? 'See cmdb doctor.'
      : 'Start it with npm start, or set --url or CMDB_URL to where it runs.',
    { cause: error },
  );
}

function unauthenticated(
  { token, token_file }: ApiSettings,
  { detail }: ProblemDocument,
): CliError {
  return token
    ? new CliError('denied', sentence(detail), `The token came from ${token.from}.`)
    : new CliError(
        'denied',
        'The API asks for a token.',
        `Set CMDB_TOKEN, or put it into ${token_file} with mode 600.`,
      );
}

async function problemOf(response: Response): Promise<ProblemDocument | null> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return null;
  return (await response.json()) as ProblemDocument;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The code of the innermost cause: fetch wraps what the socket says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Of several addresses of a host, the first one's reason.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause === undefined ? error.name : reasonOf(error.cause);
}
