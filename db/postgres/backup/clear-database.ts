import type pg from 'pg';
import { NotRestorableError } from './errors.ts';
import { FILLED_BY_ITSELF, isKept, isOurs } from './tables.ts';

/**
 * Makes room for a backup: takes the schema of this program away, with what is in it.
 *
 * @param mayReplace whether an inventory that is there may go
 * @throws {NotRestorableError} when it may not, or there is something that is not ours
 */
export async function clearDatabase(client: pg.Client, mayReplace: boolean): Promise<void> {
  const tables = await tableNames(client);
  const foreign = tables.filter((table) => !isOurs(table));
  if (foreign.length > 0) {
    throw new NotRestorableError(
      'not_ours',
      `The database has tables of something else: ${foreign.slice(0, 5).join(', ')}.`,
    );
  }
  if (!mayReplace) await refuseInventory(client, tables);
  await refuseRunningDiscovery(client, tables);
  for (const kind of ['table', 'sequence', 'function'] as const) {
    for (const name of await ownObjects(client, kind)) {
      await client.query(`drop ${kind} if exists ${name} cascade`);
    }
  }
}

async function tableNames(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
    order by relname`);
  return rows.map(({ name }) => name);
}

async function refuseInventory(client: pg.Client, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    if (!isKept(table) || FILLED_BY_ITSELF.has(table)) continue;
    const { rowCount } = await client.query(
      `select from ${client.escapeIdentifier(table)} limit 1`,
    );
    if (rowCount === 0) continue;
    throw new NotRestorableError('not_empty', `The database is not empty: ${table} has rows.`);
  }
}

async function refuseRunningDiscovery(client: pg.Client, tables: readonly string[]): Promise<void> {
  if (!tables.includes('runs')) return;
  const { rows } = await client.query<{ run_id: string }>(
    `select run_id from runs where status = 'running' limit 1`,
  );
  const [run] = rows;
  if (!run) return;
  throw new NotRestorableError('in_use', `Discovery ${run.run_id} is running.`);
}

/** What is in the schema and belongs to no extension, and to no table that goes anyway. */
async function ownObjects(
  client: pg.Client,
  kind: 'table' | 'sequence' | 'function',
): Promise<string[]> {
  const catalogue = kind === 'function' ? 'pg_proc' : 'pg_class';
  const { rows } = await client.query<{ name: string }>(
    kind === 'function'
      ? `select pg_proc.oid::regprocedure::text as name from pg_proc
         where pronamespace = current_schema()::regnamespace and not exists (
           select from pg_depend where classid = '${catalogue}'::regclass
             and objid = pg_proc.oid and deptype = 'e')`
      : `select pg_class.oid::regclass::text as name from pg_class
         where relnamespace = current_schema()::regnamespace
           and relkind = any($1) and not exists (
             select from pg_depend where classid = '${catalogue}'::regclass
               and objid = pg_class.oid and deptype in ('e', 'a', 'i'))`,
    kind === 'function' ? [] : [kind === 'table' ? ['r', 'p'] : ['S']],
  );
  return rows.map(({ name }) => name);
}
