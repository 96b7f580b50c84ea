import type { Db } from '../db/postgres/database.ts';
import { hearHost } from '../db/postgres/hosts.ts';
import type { RegisteredHost } from '../model/provider.ts';

/** A quarter of the time after which a machine counts as silent. */
const INTERVAL_MS = 30_000;

/**
 * Says, now and every half minute, that this machine can be discovered through its task queue.
 * A missed time is made up by the next; the first must succeed.
 *
 * @returns stops it
 */
export async function announceHost(
  db: Db,
  host: RegisteredHost,
  onError: (error: unknown) => void,
): Promise<() => void> {
  await hearHost(db, host);
  const timer = setInterval(() => void hearHost(db, host).catch(onError), INTERVAL_MS);
  return () => clearInterval(timer);
}
