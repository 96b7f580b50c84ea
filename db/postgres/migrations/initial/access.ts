/** Tokens and the audit log; described in `../../tables/access.ts`. */
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

  `create table audit_log (
    audit_id bigint generated always as identity primary key,
    at timestamptz(3) not null default now(),
    request_id uuid not null,
    principal_kind text not null,
    principal_id text not null,
    principal_name text not null,
    role text not null,
    method text not null,
    operation text not null,
    path text not null,
    address text,
    status integer
  )`,
  'create index audit_log_at on audit_log (at)',
  'create index audit_log_principal on audit_log (principal_name, audit_id)',
];
