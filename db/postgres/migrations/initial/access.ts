/** Tokens; described in `../../tables/access.ts`. */
export const STATEMENTS = [
  `create table api_tokens (
    token_id uuid primary key default gen_random_uuid(),
    name text not null,
    token_hash bytea not null unique,
    role text not null,
    restriction jsonb,
    created_at timestamptz(3) not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
  )`,
  'create unique index api_tokens_name on api_tokens (name) where revoked_at is null',
  'create index api_tokens_created on api_tokens (created_at, token_id)',
];
