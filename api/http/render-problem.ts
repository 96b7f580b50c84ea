import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { isDatabaseUnavailable, isStatementTimeout } from '../../db/postgres/unavailable.ts';
import { IdentityProviderUnavailableError } from '../access/oidc.ts';
import { TemporalUnavailableError } from '../temporal.ts';
import { Problem } from './problem.ts';
import type { AppContext } from './router.ts';

/** Answers an error as problem+json. What is the server's own fault is logged, never shown. */
export function problemRenderer(log: Logger) {
  return (error: Error, c: AppContext): Response => {
    const problem = toProblem(error);
    const requestId = c.get('request_id');
    if (problem.status >= 500) {
      log.error({ request_id: requestId, err: problem.cause ?? error }, problem.message);
    }
    return renderProblem(problem, requestId);
  };
}

export function renderProblem(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problem.toDocument(requestId)), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
  });
}

const RETRY_SOON = { 'retry-after': '5' };

function toProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return ofHttpException(error);
  if (
    error instanceof TemporalUnavailableError ||
    error instanceof IdentityProviderUnavailableError
  ) {
    return new Problem('component-unavailable', error.message, {
      headers: RETRY_SOON,
      cause: error,
    });
  }
  if (isDatabaseUnavailable(error)) {
    return new Problem('component-unavailable', 'PostgreSQL does not answer.', {
      headers: RETRY_SOON,
      cause: error,
    });
  }
  if (isStatementTimeout(error)) {
    return new Problem('timeout', 'PostgreSQL took too long to answer.', { cause: error });
  }
  return new Problem('internal-error', 'The log has the reason under the id in "instance".', {
    cause: error,
  });
}

/** What the framework itself refuses. */
function ofHttpException(error: HTTPException): Problem {
  if (error.status === 504) {
    return new Problem('timeout', 'The request was given up.', { cause: error });
  }
  if (error.status === 415) {
    return new Problem('unsupported-media-type', 'Send the body as application/json.');
  }
  if (error.status < 500) return new Problem('invalid-request', error.message);
  return new Problem('internal-error', 'The log has the reason under the id in "instance".', {
    cause: error,
  });
}
