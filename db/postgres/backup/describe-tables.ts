import type pg from 'pg';
import type { BackupTable } from './backup-file.ts';
import { isKept } from './tables.ts';

/** A table as the catalogue has it, and the tables that its rows refer to. */
interface DescribedTable {
  name: string;
  /** Those that are written: generated ones come by themselves. */
  columns: string[];
  refers_to: string[];
}

/**
 * The tables of the schema whose rows a backup holds, those that others refer to first, with the
 * number of their rows.
 */
export async function describeKeptTables(client: pg.ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<DescribedTable>(`
    select relname as name,
      array(
        select attname::text from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum
      ) as columns,
      array(
        select target.relname::text from pg_constraint
        join pg_class target on target.oid = confrelid
        where conrelid = pg_class.oid and contype = 'f' and confrelid <> pg_class.oid
      ) as refers_to
    from pg_class
    where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
    order by relname`);
  const tables: BackupTable[] = [];
  for (const { name, columns } of inOrder(rows.filter((table) => isKept(table.name)))) {
    const counted = await client.query<{ count: number }>(
      `select count(*) from ${client.escapeIdentifier(name)}`,
    );
    tables.push({ name, columns, rows: counted.rows[0]?.count ?? 0 });
  }
  return tables;
}

/** Each table behind those that it refers to. */
function inOrder(tables: readonly DescribedTable[]): DescribedTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<DescribedTable>();
  const add = (table: DescribedTable, below: readonly string[]): void => {
    if (below.includes(table.name)) throw new Error(`${table.name} refers to itself by others.`);
    for (const name of table.refers_to) {
      const target = byName.get(name);
      if (!target) throw new Error(`${table.name} is backed up, and ${name} is not.`);
      add(target, [...below, table.name]);
    }
    ordered.add(table);
  };
  for (const table of tables) add(table, []);
  return [...ordered];
}

/** A sequence and the last number that it gave. */
export type SequenceState = { name: string; value: number };

export async function describeSequences(client: pg.ClientBase): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceState>(`
    select sequencename::text as name, last_value as value from pg_sequences
    where schemaname = current_schema() and last_value is not null order by 1`);
  return rows;
}
