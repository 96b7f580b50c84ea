import { type RawBuilder, sql } from 'kysely';

/** An item in brief with its team and version; the statement names one of `itemsAt` so. */
export function changedItem(table: string): RawBuilder<unknown> {
  const of = (column: string) => sql.ref(`${table}.${column}`);
  return sql`json_build_object(
    'ci_id', ${of('ci_id')}, 'ci_type', ${of('ci_type')}, 'name', ${of('name')},
    'display_name', ${of('body')}->>'display_name', 'status', ${of('status')},
    'environment', ${of('environment')}, 'provider', ${of('provider')},
    'account', ${of('account')}, 'region', ${of('region')},
    'resource_type', ${of('resource_type')}, 'team', ${of('body')}->>'team',
    'version', ${of('version')}
  )`;
}
