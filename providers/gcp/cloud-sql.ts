import type { CiStatus } from '../../model/enums.ts';
import { fullName } from './resource-name.ts';

/** The full name of an instance: Cloud Asset Inventory's, the API has none of its own. */
export function sqlInstanceName(project: string | null, name: string | null): string | null {
  return project && name ? fullName('cloudsql', `projects/${project}/instances/${name}`) : null;
}

/**
 * The full name of an instance by its connection name, `project:region:instance`; a project of a
 * domain has a colon of its own (`example.com:project`).
 */
export function cloudSqlName(connection: string): string | null {
  const match = /^(?<project>.+):[^:]+:(?<name>[^:]+)$/.exec(connection);
  return sqlInstanceName(match?.groups?.project ?? null, match?.groups?.name ?? null);
}

/** Every state of an instance. `RUNNABLE` says that it runs, or that its owner stopped it. */
export const SQL_STATES: Readonly<Record<string, CiStatus>> = {
  RUNNABLE: 'active',
  SUSPENDED: 'failed',
  PENDING_DELETE: 'under_maintenance',
  PENDING_CREATE: 'planned',
  MAINTENANCE: 'under_maintenance',
  ONLINE_MAINTENANCE: 'active',
  REPAIRING: 'failed',
  FAILED: 'failed',
};

export interface DatabaseVersion {
  /** The family: `postgresql`, `mysql`, `sqlserver`. */
  db_type: string | null;
  db_version: string | null;
  /** The edition where the version names one: `sqlserver-enterprise`. */
  db_engine: string | null;
  port: number | null;
}

/** The families by how `databaseVersion` begins, with the port that Cloud SQL serves each at. */
const FAMILIES: ReadonlyArray<readonly [prefix: string, family: string, port: number]> = [
  ['POSTGRES', 'postgresql', 5432],
  ['MYSQL', 'mysql', 3306],
  ['SQLSERVER', 'sqlserver', 1433],
];

/**
 * Reads `databaseVersion`: `POSTGRES_15`, `MYSQL_8_0_31`, `SQLSERVER_2019_ENTERPRISE`.
 *
 * @param installed the version that runs, where the API says it more exactly (`POSTGRES_15_4`)
 */
export function databaseVersion(
  version: string | null,
  installed: string | null = null,
): DatabaseVersion {
  const [prefix, family, port] = FAMILIES.find(([begin]) => version?.startsWith(begin)) ?? [];
  if (!version || !prefix || !family) {
    return { db_type: null, db_version: version, db_engine: null, port: null };
  }
  const exact = installed?.startsWith(prefix) ? installed : version;
  const [, numbers = ''] = /^[A-Z]+_((?:\d+_?)+)/.exec(exact) ?? [];
  const edition = /_(ENTERPRISE|STANDARD|WEB|EXPRESS)$/.exec(version)?.[1]?.toLowerCase();
  return {
    db_type: family,
    db_version: numbers.replace(/_$/, '').replaceAll('_', '.') || null,
    db_engine: edition ? `${family}-${edition}` : family,
    port: port ?? null,
  };
}
