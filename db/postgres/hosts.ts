import { sql } from 'kysely';
import type { RegisteredHost } from '../../model/provider.ts';
import type { Db } from './database.ts';

/** A machine that was not heard of for this long has no worker that could list it. */
const SILENT_AFTER_SECONDS = 120;

/** Notes that a worker on the machine is there to discover it. Call it every half minute. */
export async function hearHost(db: Db, host: RegisteredHost): Promise<void> {
  await db
    .insertInto('hosts')
    .values({ ...host, heard_at: sql`now()` })
    .onConflict((conflict) =>
      conflict.column('machine_id').doUpdateSet({
        hostname: host.hostname,
        task_queue: host.task_queue,
        heard_at: sql`now()`,
      }),
    )
    .execute();
}

/** @returns the machines whose worker was heard of lately */
export async function listHosts(db: Db): Promise<RegisteredHost[]> {
  return db
    .selectFrom('hosts')
    .select(['machine_id', 'hostname', 'task_queue'])
    .where('heard_at', '>', sql<Date>`now() - make_interval(secs => ${SILENT_AFTER_SECONDS})`)
    .orderBy('machine_id')
    .execute();
}
