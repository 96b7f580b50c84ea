/** What answers about the past and the feed of changes stand on; see `../../tables/history.ts`. */
export const STATEMENTS = [
  `create table item_absences (
    ci_id uuid not null,
    from_tick bigint not null,
    retired_tick bigint,
    to_tick bigint,
    last_seen_at timestamptz not null,
    primary key (ci_id, from_tick)
  )`,
  'create unique index item_absences_open on item_absences (ci_id) where to_tick is null',
  'create index item_absences_from on item_absences (from_tick, ci_id)',
  `create index item_absences_retired on item_absences (retired_tick, ci_id)
    where retired_tick is not null`,
  'create index item_absences_to on item_absences (to_tick, ci_id) where to_tick is not null',
  `create table history_bound (
    only_one boolean primary key default true check (only_one),
    seq bigint not null default 0,
    kept_from timestamptz,
    scans_kept_from timestamptz
  )`,
  'insert into history_bound default values',
];
