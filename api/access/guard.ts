import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { type Principal, suffices } from '../../model/access.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../http/problem.ts';
import type { AppEnv } from '../http/router.ts';
import { authenticate } from './authenticate.ts';
import type { Need } from './needs.ts';

/**
 * Lets in who may call the route that will answer, and leaves who it is for the handlers. What
 * answers nothing – an unknown path, a wrong method – asks nobody who they are.
 */
export function accessGuard(
  deps: Pick<AppDeps, 'db' | 'access'>,
  needOf: (method: string, pattern: string) => Need | null,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    // Middleware is registered for every method; the first other match is what will answer.
    const answering = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    const need = answering && needOf(answering.method, answering.path);
    if (need) {
      const principal = await authenticate(deps, c.req.header('authorization'));
      c.set('principal', principal);
      assertSuffices(principal, need);
    }
    await next();
  };
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
