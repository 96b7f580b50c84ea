import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Role } from '../../model/access.ts';
import type { AppEnv } from '../http/router.ts';

/** What a route asks of who calls it. */
export interface Need {
  role: Role;
  /**
   * `filtered`: who may see a part of the inventory only gets answers about that part.
   * `refused`: the route cannot tell parts apart, so it answers only who may see everything.
   */
  restricted: 'filtered' | 'refused';
}

/**
 * Says in a route's declaration the least role that it needs. It ends up in the OpenAPI document,
 * from where `needsOf` takes it: what is documented is what is enforced.
 */
export function needs(role: Role, restricted: Need['restricted'] = 'refused') {
  return { 'x-role': role, 'x-restricted': restricted } as const;
}

/** Says in a route's declaration that anybody may call it. */
export const openToAll = { 'x-role': 'public', security: [] };

/** A route that declares nothing is for admins who see everything: forgetting opens nothing. */
const UNDECLARED: Need = { role: 'admin', restricted: 'refused' };

/**
 * Collects what the routes of an app declare, by method and path as the router has them.
 *
 * @param publicPaths paths outside of the OpenAPI document that anybody may read
 * @returns what a method and a path pattern need; null where anybody may call it
 */
export function needsOf(
  app: OpenAPIHono<AppEnv>,
  publicPaths: readonly string[],
): (method: string, pattern: string) => Need | null {
  const declared = new Map<string, Need | null>(publicPaths.map((path) => [`GET ${path}`, null]));
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, ...route } = definition.route;
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    declared.set(`${method.toUpperCase()} ${pattern}`, needOf(route));
  }
  return (method, pattern) => {
    const need = declared.get(`${method} ${pattern}`);
    return need === undefined ? UNDECLARED : need;
  };
}

function needOf(route: object): Need | null {
  const declared = route as Partial<ReturnType<typeof needs> | typeof openToAll>;
  const role = declared['x-role'];
  if (role === 'public') return null;
  if (role === undefined) return UNDECLARED;
  return {
    role: role as Role,
    restricted: (declared as ReturnType<typeof needs>)['x-restricted'],
  };
}
