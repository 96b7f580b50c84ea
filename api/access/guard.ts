import type { MiddlewareHandler } from 'hono';
import { type Principal, suffices } from '../../model/access.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../http/problem.ts';
import type { AppContext, AppEnv } from '../http/router.ts';
import { authenticate } from './authenticate.ts';
import { callOf } from './call.ts';
import { limitRate, limitStrangers } from './limit-rate.ts';
import type { Need } from './needs.ts';

type NeedOf = (method: string, pattern: string) => Need | null;

/**
 * Finds out who asks, and leaves it for the handlers. What answers nothing – an unknown path, a
 * wrong method – asks nobody who they are.
 */
export function identify(
  deps: Pick<AppDeps, 'db' | 'access' | 'limiter'>,
  needOf: NeedOf,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (neededBy(c, needOf)) {
      const principal = await authenticated(deps, c);
      await limitRate(deps.limiter, c, principal);
      c.set('principal', principal);
    }
    await next();
  };
}

async function authenticated(
  deps: Pick<AppDeps, 'db' | 'access' | 'limiter'>,
  c: AppContext,
): Promise<Principal> {
  try {
    return await authenticate(deps, c.req.header('authorization'));
  } catch (error) {
    if (error instanceof Problem) await limitStrangers(deps.limiter, c);
    throw error;
  }
}

/** Lets in who has the role that the answering route needs, and sees what it is about. */
export function authorize(needOf: NeedOf): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const need = neededBy(c, needOf);
    if (need) assertSuffices(c.get('principal'), need);
    await next();
  };
}

function neededBy(c: AppContext, needOf: NeedOf): Need | null {
  const call = callOf(c);
  return call && needOf(call.method, call.path);
}

function assertSuffices(principal: Principal, need: Need): void {
  if (!suffices(principal.role, need.role)) {
    throw new Problem(
      'forbidden',
      `This needs the role ${need.role}; ${principal.name} has the role ${principal.role}.`,
    );
  }
  if (principal.restriction && need.restricted === 'refused') {
    throw new Problem(
      'forbidden',
      `${principal.name} is restricted to a part of the inventory; this is about all of it.`,
    );
  }
}
