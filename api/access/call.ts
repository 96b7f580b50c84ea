import { matchedRoutes } from 'hono/route';
import type { AppContext } from '../http/router.ts';

/** What will answer a request: its method and its path pattern, as the router has them. */
export interface Call {
  method: string;
  path: string;
}

/**
 * Finds what will answer. Middleware is registered for every method; the first match that is not
 * is the handler.
 *
 * @returns null for an unknown path or a method that is not allowed
 */
export function callOf(c: AppContext): Call | null {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  return route ? { method: route.method, path: route.path } : null;
}
