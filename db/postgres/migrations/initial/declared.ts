/** What people declare through the API; described in `../../tables/declared.ts`. */
export const STATEMENTS: readonly string[] = [
  `create table declared_items (
    ci_id uuid primary key references items,
    declared_id text not null unique,
    declaration jsonb not null,
    declared_by text not null,
    declared_at timestamptz not null default now()
  )`,

  `create table declared_relations (
    relation_id uuid primary key,
    declared_id text not null unique,
    declaration jsonb not null,
    declared_by text not null,
    declared_at timestamptz not null default now(),
    withdrawn_by text,
    withdrawn_at timestamptz
  )`,
];
