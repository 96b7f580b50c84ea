import type { Database } from '../schema.ts';

/**
 * What becomes of a table in a backup.
 * - `kept`: its rows are in the file
 * - `made_anew`: what it holds is read from the sources again, or is over with the process it is
 *   about; nobody misses it after a restore
 * - `reset`: one row of its own that a restore sets, since it is about something outside
 */
export type Treatment = 'kept' | 'made_anew' | 'reset';

/**
 * Every table, and what becomes of it. The present is kept with the past: versions go on where they
 * were only if the next discovery finds what the last one left.
 */
export const TABLES: Readonly<Record<keyof Database, Treatment>> = {
  api_tokens: 'kept',
  audit_log: 'kept',
  declared_items: 'kept',
  declared_relations: 'kept',
  held_items: 'kept',
  history_bound: 'kept',
  item_absences: 'kept',
  item_keys: 'kept',
  item_overrides: 'kept',
  item_references: 'kept',
  item_versions: 'kept',
  item_volatile: 'kept',
  items: 'kept',
  loss_approvals: 'kept',
  relate_queue: 'kept',
  relationships: 'kept',
  resolved_references: 'kept',
  runs: 'kept',
  sameness_decisions: 'kept',
  schedules: 'kept',
  scopes: 'kept',
  slices: 'kept',
  ticks: 'kept',
  webhook_deliveries: 'kept',
  webhooks: 'kept',

  // Workers announce their machine every few seconds.
  hosts: 'made_anew',
  // Which record an item was made of: without it the next discovery maps every record once.
  item_sources: 'made_anew',
  // What a run that is under way has listed so far, and what each run before did slice by slice:
  // `slices` has how the last scan of each ended.
  rejected_records: 'made_anew',
  slice_scans: 'made_anew',
  staged_items: 'made_anew',

  // The graph and the cache are filled again from the beginning.
  outbox_consumers: 'reset',
};

/** Tables of Kysely's own: which migrations ran. The header of a backup says so. */
export const MIGRATION_TABLES = ['kysely_migration', 'kysely_migration_lock'] as const;

/** Kept tables that a new system fills by itself: rows in them are no reason not to restore. */
export const FILLED_BY_ITSELF: ReadonlySet<string> = new Set<keyof Database>([
  'history_bound',
  'schedules',
]);

/** A table that nobody has declared is kept: forgetting loses nothing. */
export function isKept(table: string): boolean {
  const treatment: Treatment | undefined = (TABLES as Partial<Record<string, Treatment>>)[table];
  return treatment === undefined ? !isMigrationTable(table) : treatment === 'kept';
}

/** Whether a table is this program's. */
export function isOurs(table: string): boolean {
  return table in TABLES || isMigrationTable(table);
}

function isMigrationTable(table: string): boolean {
  return MIGRATION_TABLES.some((name) => name === table);
}
