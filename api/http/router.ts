import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../../model/access.ts';
import { fieldErrors } from './field-errors.ts';
import { Problem } from './problem.ts';

/** What the middleware leaves for the handlers. */
export interface AppEnv {
  Variables: {
    request_id: string;
    /** Who asks; not there on routes that anybody may call. */
    principal: Principal;
  };
}

export type AppContext = Context<AppEnv>;

/** A router that refuses what does not fit the schemas of its routes. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error.issues);
    },
  });
}

/** The problem that says of each field what is wrong and what is allowed. */
export function invalidRequest(issues: readonly z.core.$ZodIssue[]): Problem {
  const errors = fieldErrors(issues);
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem('invalid-request', detail, { errors });
}
