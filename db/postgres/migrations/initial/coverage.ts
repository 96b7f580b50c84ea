/** Tables typed in `../../tables/coverage.ts`. */
export const STATEMENTS = [
  `create table held_items (
    slice_id uuid not null references slices,
    ci_id uuid not null,
    primary key (slice_id, ci_id)
  )`,

  `create table loss_approvals (
    approval_id bigint generated always as identity primary key,
    slice_id uuid not null references slices,
    loss integer not null,
    approved_by text,
    approved_at timestamptz not null default now(),
    reason text not null,
    spent_run_id uuid,
    spent_at timestamptz,
    outcome text
  )`,
  `create unique index loss_approvals_pending on loss_approvals (slice_id) where spent_at is null`,
  `create index loss_approvals_slice on loss_approvals (slice_id, approval_id desc)`,
  `create index slices_held on slices (slice_id) where held_loss is not null`,
];
