/** Tables typed in `../../tables/webhooks.ts`. */
export const STATEMENTS = [
  `create table webhooks (
    webhook_id uuid primary key default gen_random_uuid(),
    url text not null,
    description text,
    filter jsonb not null,
    state text not null default 'active',
    secret text not null,
    previous_secret text,
    previous_until timestamptz,
    cursor jsonb,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,

  `create table webhook_deliveries (
    delivery_id uuid primary key default gen_random_uuid(),
    webhook_id uuid not null references webhooks on delete cascade,
    position bigint not null generated always as identity,
    state text not null default 'pending',
    from_cursor jsonb,
    filter jsonb not null,
    event_count integer not null,
    gap jsonb,
    attempts integer not null default 0,
    last_status integer,
    last_error text,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz not null default now(),
    delivered_at timestamptz,
    created_at timestamptz not null default now()
  )`,
  'create index webhook_deliveries_position on webhook_deliveries (webhook_id, position desc)',
  `create index webhook_deliveries_pending on webhook_deliveries (webhook_id, position)
    where state = 'pending'`,
];
