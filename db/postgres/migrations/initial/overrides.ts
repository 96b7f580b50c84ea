/** People's own values of fields; described in `../../tables/overrides.ts`. */
export const STATEMENTS: readonly string[] = [
  `create table item_overrides (
    ci_id uuid primary key references items,
    fields jsonb not null,
    observed jsonb not null,
    provenance jsonb not null
  )`,

  // What discovery says: the body that holds, with every override taken away. Null means no override.
  `create function observed_body(body jsonb, observed_status text, fields jsonb, observed jsonb)
   returns jsonb language sql immutable parallel safe as $$
     select (body - array(select jsonb_object_keys(coalesce(fields, '{}'))))
       || coalesce(observed, '{}') || jsonb_build_object('status', observed_status)
   $$`,

  // The observed values that must be kept while these fields are overridden.
  `create function observed_under(body jsonb, fields jsonb) returns jsonb
   language sql immutable parallel safe as $$
     select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(body)
     where fields ? key and key <> 'status'
   $$`,
];
