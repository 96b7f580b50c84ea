/** Tables typed in `../../tables/schedules.ts`. */
export const STATEMENTS = [
  `create table schedules (
    schedule_id text primary key,
    owner text not null,
    cron text not null,
    time_zone text not null,
    jitter_seconds integer not null,
    overlap text not null,
    request jsonb not null,
    paused boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
];
