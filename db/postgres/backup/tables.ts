import type { ClientBase } from 'pg';

/**
 * Tables that a backup leaves out: what a listing has staged belongs to a run that is over when it
 * is restored, the stores behind the outbox are brought up from the beginning, and migrations are
 * told by the header. Every other table is in it, so that a new one cannot be forgotten.
 */
export const TRANSIENT_TABLES: ReadonlySet<string> = new Set([
  'staged_items',
  'outbox_consumers',
  'kysely_migration',
  'kysely_migration_lock',
]);

/** A table as a backup has it. */
export interface BackupTable {
  name: string;
  /** Without generated ones. */
  columns: string[];
}

/** The tables to back up or restore: one that refers to another comes after it. */
export async function backupTables(client: ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable & { refers_to: string[] }>(`
    select class.relname as name,
      (select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = class.oid and attnum > 0 and attgenerated = '' and not attisdropped
      ) as columns,
      (select coalesce(array_agg(distinct target.relname::text), '{}') from pg_constraint
        join pg_class target on target.oid = confrelid
        where conrelid = class.oid and contype = 'f' and confrelid <> class.oid
      ) as refers_to
    from pg_class class
    where class.relnamespace = current_schema::regnamespace and class.relkind = 'r'
    order by class.relname
  `);
  const waiting = rows.filter(({ name }) => !TRANSIENT_TABLES.has(name));
  const ordered: BackupTable[] = [];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const next = waiting.findIndex(({ refers_to }) => !refers_to.some((name) => names.has(name)));
    const [table] = waiting.splice(next, 1);
    if (next < 0 || !table) throw new Error('Tables refer to each other in a circle.');
    ordered.push({ name: table.name, columns: table.columns });
  }
  return ordered;
}

/** Every sequence of the schema, those behind identity columns too, with where it stands. */
export async function sequenceValues(client: ClientBase): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last_value: string | null }>(`
    select sequencename as name, last_value::text from pg_sequences
    where schemaname = current_schema order by 1
  `);
  return Object.fromEntries(
    rows.flatMap(({ name, last_value }) => (last_value === null ? [] : [[name, last_value]])),
  );
}

/** A name of ours in a statement; it comes from the catalogue or from a file that was checked. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
