import { getConnInfo } from '@hono/node-server/conninfo';
import type { AppContext } from './router.ts';

/**
 * The address at the other end of the connection: a proxy's, where one stands before the API.
 * What a header says of it anybody can say.
 *
 * @returns null where there is no connection, as in tests
 */
export function addressOf(c: AppContext): string | null {
  const hasConnection = typeof c.env === 'object' && c.env !== null && 'incoming' in c.env;
  return hasConnection ? (getConnInfo(c).remote.address ?? null) : null;
}
