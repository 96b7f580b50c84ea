SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.body_fields(body jsonb) RETURNS TABLE(path text, value jsonb)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
     select key, value from jsonb_each(body) where key not in ('attributes', 'tags')
     union all
     select 'attributes.' || key, value from jsonb_each(coalesce(body->'attributes', '{}'))
     union all
     select 'tags.' || key, value from jsonb_each(coalesce(body->'tags', '{}'))
   $$;
CREATE FUNCTION public.changed_fields(old jsonb, new jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
     select coalesce(
       jsonb_object_agg(
         coalesce(o.path, n.path),
         jsonb_build_object('old', coalesce(o.value, 'null'), 'new', coalesce(n.value, 'null'))
       ),
       '{}'
     )
     from body_fields(old) o full join body_fields(new) n on n.path = o.path
     where o.value is distinct from n.value
   $$;
CREATE FUNCTION public.observed_body(body jsonb, observed_status text, fields jsonb, observed jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
     select (body - array(select jsonb_object_keys(coalesce(fields, '{}'))))
       || coalesce(observed, '{}') || jsonb_build_object('status', observed_status)
   $$;
CREATE FUNCTION public.observed_under(body jsonb, fields jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
     select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(body)
     where fields ? key and key <> 'status'
   $$;
CREATE FUNCTION public.relationship_id(source uuid, type text, target uuid, discriminator text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
     select encode(
       set_byte(
         set_byte(digest, 6, (get_byte(digest, 6) & 15) | 48),
         8, (get_byte(digest, 8) & 63) | 128
       ), 'hex')::uuid
     from decode(md5(
       decode('13eba6d5240c5c9098f56af8a5a48cf5', 'hex') || convert_to(
         source::text || ' ' || type || ' ' || target::text || ' ' || discriminator, 'UTF8')
     ), 'hex') as digest
   $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.api_tokens (
    token_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    role text NOT NULL,
    restriction jsonb,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone
);
CREATE TABLE public.audit_log (
    audit_id bigint NOT NULL,
    at timestamp(3) with time zone DEFAULT now() NOT NULL,
    request_id uuid NOT NULL,
    principal_kind text NOT NULL,
    principal_id text NOT NULL,
    principal_name text NOT NULL,
    role text NOT NULL,
    method text NOT NULL,
    operation text NOT NULL,
    path text NOT NULL,
    address text,
    status integer
);
ALTER TABLE public.audit_log ALTER COLUMN audit_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.declared_items (
    ci_id uuid NOT NULL,
    declared_id text NOT NULL,
    declaration jsonb NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.declared_relations (
    relation_id uuid NOT NULL,
    declared_id text NOT NULL,
    declaration jsonb NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamp with time zone DEFAULT now() NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamp with time zone
);
CREATE TABLE public.held_items (
    slice_id uuid NOT NULL,
    ci_id uuid NOT NULL
);
CREATE TABLE public.history_bound (
    only_one boolean DEFAULT true NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    kept_from timestamp with time zone,
    scans_kept_from timestamp with time zone,
    CONSTRAINT history_bound_only_one_check CHECK (only_one)
);
CREATE TABLE public.hosts (
    machine_id text NOT NULL,
    hostname text NOT NULL,
    task_queue text NOT NULL,
    heard_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.item_absences (
    ci_id uuid NOT NULL,
    from_tick bigint NOT NULL,
    retired_tick bigint,
    to_tick bigint,
    last_seen_at timestamp with time zone NOT NULL
);
CREATE TABLE public.item_keys (
    key text NOT NULL COLLATE pg_catalog."C",
    ci_id uuid NOT NULL,
    live boolean DEFAULT true NOT NULL
);
CREATE TABLE public.item_overrides (
    ci_id uuid NOT NULL,
    fields jsonb NOT NULL,
    observed jsonb NOT NULL,
    provenance jsonb NOT NULL
);
CREATE TABLE public.item_references (
    reference_id uuid NOT NULL,
    referrer_id uuid NOT NULL,
    source_key text COLLATE pg_catalog."C",
    target_key text NOT NULL COLLATE pg_catalog."C",
    relation text NOT NULL,
    relationship_type text NOT NULL,
    discriminator text NOT NULL,
    weight double precision NOT NULL,
    attributes jsonb NOT NULL,
    measured boolean NOT NULL,
    spread text NOT NULL,
    redundancy_group text,
    min_up integer,
    run_id uuid
);
CREATE TABLE public.item_sources (
    ci_id uuid NOT NULL,
    source_hash uuid
);
CREATE TABLE public.item_versions (
    ci_id uuid NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    changes jsonb NOT NULL,
    run_id uuid,
    changed_by text,
    valid_from bigint NOT NULL,
    valid_to bigint NOT NULL
);
CREATE TABLE public.item_volatile (
    ci_id uuid NOT NULL,
    fields jsonb NOT NULL,
    tick bigint NOT NULL
);
CREATE TABLE public.items (
    ci_id uuid NOT NULL,
    slice_id uuid NOT NULL,
    provider text NOT NULL,
    account text NOT NULL,
    resource_type text NOT NULL,
    body jsonb NOT NULL,
    observed_status text NOT NULL,
    content_hash uuid NOT NULL,
    links_hash uuid NOT NULL,
    volatile_hash uuid NOT NULL,
    version integer NOT NULL,
    changes jsonb NOT NULL,
    run_id uuid,
    changed_by text,
    created_tick bigint NOT NULL,
    valid_from bigint NOT NULL,
    last_seen_at timestamp with time zone,
    missing_since timestamp with time zone,
    missing_scans integer DEFAULT 0 NOT NULL,
    retired_at timestamp with time zone,
    ci_type text GENERATED ALWAYS AS ((body ->> 'ci_type'::text)) STORED NOT NULL,
    name text GENERATED ALWAYS AS ((body ->> 'name'::text)) STORED NOT NULL,
    status text GENERATED ALWAYS AS ((body ->> 'status'::text)) STORED NOT NULL,
    environment text GENERATED ALWAYS AS ((body ->> 'environment'::text)) STORED NOT NULL,
    region text GENERATED ALWAYS AS ((body ->> 'region'::text)) STORED
);
CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.listing_orders
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.loss_approvals (
    approval_id bigint NOT NULL,
    slice_id uuid NOT NULL,
    loss integer NOT NULL,
    approved_by text,
    approved_at timestamp with time zone DEFAULT now() NOT NULL,
    reason text NOT NULL,
    spent_run_id uuid,
    spent_at timestamp with time zone,
    outcome text
);
ALTER TABLE public.loss_approvals ALTER COLUMN approval_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.loss_approvals_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outbox_consumers (
    consumer text NOT NULL,
    seq bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.rejected_records (
    run_id uuid NOT NULL,
    slice_id uuid NOT NULL,
    record_key text NOT NULL,
    ci_id uuid,
    reason text NOT NULL
);
CREATE TABLE public.relate_queue (
    queue_id bigint NOT NULL,
    ci_id uuid NOT NULL,
    ended_keys text[] DEFAULT '{}'::text[] NOT NULL,
    ended_references uuid[] DEFAULT '{}'::uuid[] NOT NULL
);
ALTER TABLE public.relate_queue ALTER COLUMN queue_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.relate_queue_queue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.relationships (
    relationship_id uuid NOT NULL,
    source_ci_id uuid NOT NULL,
    target_ci_id uuid NOT NULL,
    relationship_type text NOT NULL,
    discriminator text NOT NULL,
    weight double precision NOT NULL,
    attributes jsonb NOT NULL,
    spread text NOT NULL,
    redundancy_group text,
    min_up integer,
    relation text NOT NULL,
    referrer_id uuid NOT NULL,
    run_id uuid,
    created_tick bigint NOT NULL,
    touched_tick bigint NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint
);
CREATE TABLE public.resolved_references (
    reference_id uuid NOT NULL,
    relationship_id uuid NOT NULL
);
CREATE TABLE public.runs (
    run_id uuid NOT NULL,
    run_order bigint NOT NULL,
    workflow_id text NOT NULL,
    request jsonb NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    errors jsonb DEFAULT '[]'::jsonb NOT NULL
);
ALTER TABLE public.runs ALTER COLUMN run_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.runs_run_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.schedules (
    schedule_id text NOT NULL,
    owner text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    jitter_seconds integer NOT NULL,
    overlap text NOT NULL,
    request jsonb NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.scopes (
    scope_id uuid NOT NULL,
    provider text NOT NULL,
    account text NOT NULL,
    account_name text,
    region text NOT NULL
);
CREATE TABLE public.slice_scans (
    run_id uuid NOT NULL,
    slice_id uuid NOT NULL,
    scope_id uuid NOT NULL,
    task_queue text,
    listing_order bigint,
    state text DEFAULT 'planned'::text NOT NULL,
    listing integer DEFAULT 1 NOT NULL,
    staged_count integer DEFAULT 0 NOT NULL,
    page_count integer DEFAULT 0 NOT NULL,
    rejected_count integer DEFAULT 0 NOT NULL,
    exempt_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    error_code text,
    error_message text,
    missing_permission text,
    held_loss integer,
    held boolean GENERATED ALWAYS AS ((held_loss IS NOT NULL)) STORED NOT NULL,
    added integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    missing integer DEFAULT 0 NOT NULL,
    retired integer DEFAULT 0 NOT NULL,
    resurrected integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    promoted_at timestamp with time zone
);
CREATE TABLE public.slices (
    slice_id uuid NOT NULL,
    scope_id uuid NOT NULL,
    resource_type text NOT NULL,
    is_scanned boolean DEFAULT true NOT NULL,
    known_since timestamp with time zone DEFAULT now() NOT NULL,
    unscheduled_since timestamp with time zone,
    proven_at timestamp with time zone,
    promoted_order bigint DEFAULT 0 NOT NULL,
    population integer DEFAULT 0 NOT NULL,
    last_state text,
    last_run_id uuid,
    last_order bigint DEFAULT 0 NOT NULL,
    scanned_at timestamp with time zone,
    error_code text,
    error_message text,
    missing_permission text,
    held_loss integer
);
CREATE TABLE public.staged_items (
    run_id uuid NOT NULL,
    slice_id uuid NOT NULL,
    ci_id uuid NOT NULL,
    content_hash uuid NOT NULL,
    links_hash uuid NOT NULL,
    volatile_hash uuid NOT NULL,
    source_hash uuid,
    document jsonb
);
ALTER TABLE ONLY public.staged_items ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE TABLE public.ticks (
    tick bigint NOT NULL,
    seq bigint NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    run_id uuid,
    max_tick bigint NOT NULL,
    overtaken_seq bigint
);
CREATE SEQUENCE public.tick_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tick_numbers OWNED BY public.ticks.tick;
CREATE TABLE public.webhook_deliveries (
    delivery_id uuid DEFAULT gen_random_uuid() NOT NULL,
    webhook_id uuid NOT NULL,
    "position" bigint NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    from_cursor jsonb,
    filter jsonb NOT NULL,
    event_count integer NOT NULL,
    gap jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    last_status integer,
    last_error text,
    last_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.webhook_deliveries ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.webhook_deliveries_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.webhooks (
    webhook_id uuid DEFAULT gen_random_uuid() NOT NULL,
    url text NOT NULL,
    description text,
    filter jsonb NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_until timestamp with time zone,
    cursor jsonb,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.api_tokens VALUES
	('5e42e464-cdb7-4684-b3d2-ac03c3500528', 'ci', '\xd9fc3c746127dd0fc7b330b0acf17b8415b28077b122a63db04a4a42da70505b', 'reader', '{"teams": ["payments"]}', '2026-11-23 14:52:42.29+00', 'token:ada', NULL, NULL, NULL);
INSERT INTO public.audit_log OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-23 14:52:42.292+00', '45f21694-7fce-4863-86de-7d9036654015', 'token', 'ada', 'ada', 'admin', 'POST', '/tokens', '/tokens', NULL, NULL);
INSERT INTO public.declared_items VALUES
	('aab98a9c-c72e-58fb-978d-838cf1f4f3c8', 'billing', '{"keys": [], "name": "Billing", "tags": {}, "status": "active", "ci_type": "business_service", "relations": [{"target": "ci:6d56ed4f-58ba-50fa-93e2-14ba8a7a357e", "relationship_type": "depends_on"}], "attributes": {}, "declared_id": "billing", "environment": "unknown"}', 'token:ada', '2026-11-23 14:52:42.24064+00');
INSERT INTO public.declared_relations VALUES
	('59908eea-aa6c-5b83-b00e-a83b1ccd3842', 'web-uses-disk', '{"source": "546a2b9b-6f38-510c-9409-047b70d25860", "target": "cbd7018d-0990-56ee-97f4-60ab7d60c327", "relationship_type": "uses"}', 'token:ada', '2026-11-23 14:52:42.337974+00', NULL, NULL);
INSERT INTO public.held_items VALUES
	('bf8a529a-0664-5acf-85ed-b528081a9b8d', '546a2b9b-6f38-510c-9409-047b70d25860'),
	('bf8a529a-0664-5acf-85ed-b528081a9b8d', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e');
INSERT INTO public.history_bound VALUES
	(true, 0, NULL, NULL);
INSERT INTO public.hosts VALUES
	('m-1', 'host-1', 'cmdb-host-m-1', '2026-11-23 14:52:42.662613+00');
INSERT INTO public.item_absences VALUES
	('fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', 3, 5, NULL, '2026-11-23 14:52:41.818+00'),
	('b5f50142-da5c-5fb9-88c3-43bfafe2f01a', 11, NULL, NULL, '2026-11-23 14:52:42.429+00');
INSERT INTO public.item_keys VALUES
	('part:shop', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', true),
	('part:web', '546a2b9b-6f38-510c-9409-047b70d25860', true),
	('part:db', '365c7de6-f366-5c88-947b-a2d2dad427a7', true),
	('part:gone', 'fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', false),
	('declared:billing', 'aab98a9c-c72e-58fb-978d-838cf1f4f3c8', true),
	('thing:disk-2', 'bf040b6c-fe25-5c3b-b2c0-430d747faa10', true),
	('thing:disk-1', 'cbd7018d-0990-56ee-97f4-60ab7d60c327', true),
	('thing:disk-3', 'b5f50142-da5c-5fb9-88c3-43bfafe2f01a', false);
INSERT INTO public.item_overrides VALUES
	('365c7de6-f366-5c88-947b-a2d2dad427a7', '{"owner": "ada", "status": "under_maintenance"}', '{}', '{"owner": {"at": "2026-11-23T14:52:42.222Z", "by": "token:ada"}, "status": {"at": "2026-11-23T14:52:42.222Z", "by": "token:ada"}}');
INSERT INTO public.item_references VALUES
	('cf54522e-7fae-a62d-1ec4-20562f8676ad', '546a2b9b-6f38-510c-9409-047b70d25860', NULL, 'part:db', 'needs', 'depends_on', '', 1, '{}', false, 'forward', NULL, NULL, 'd7884865-82bd-4019-8346-9ab84ec6b004'),
	('e4d6cdb4-2914-eaeb-61de-6e37e2a378a7', 'fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', NULL, 'part:db', 'needs', 'depends_on', '', 1, '{}', false, 'forward', NULL, NULL, 'd7884865-82bd-4019-8346-9ab84ec6b004'),
	('d737d12a-2f6c-9362-bc41-b3a4c1cecb94', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', NULL, 'part:web', 'needs', 'depends_on', '', 1, '{}', false, 'forward', NULL, NULL, '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a'),
	('2c641ec6-6def-2d01-de95-19a9a5d03381', 'aab98a9c-c72e-58fb-978d-838cf1f4f3c8', NULL, 'ci:6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 'depends_on', 'depends_on', '', 1, '{}', false, 'forward', NULL, NULL, NULL),
	('59908eea-aa6c-5b83-b00e-a83b1ccd3842', '59908eea-aa6c-5b83-b00e-a83b1ccd3842', 'ci:546a2b9b-6f38-510c-9409-047b70d25860', 'ci:cbd7018d-0990-56ee-97f4-60ab7d60c327', 'uses', 'uses', '', 1, '{}', false, 'forward', NULL, NULL, NULL);
INSERT INTO public.item_sources VALUES
	('fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', '695b3946-5bff-bd7c-a677-64edcf2ca222'),
	('365c7de6-f366-5c88-947b-a2d2dad427a7', 'de8d47f8-aa2e-7f2f-be17-3998647201ce'),
	('546a2b9b-6f38-510c-9409-047b70d25860', 'd8d33df1-af4f-ba7e-f6c3-007c528e96ca'),
	('6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 'fb3dde9b-6044-25be-57f6-3d0fc2e163c4'),
	('b5f50142-da5c-5fb9-88c3-43bfafe2f01a', '5e9f6010-95cf-8e93-f6c9-0f574a7860e1'),
	('bf040b6c-fe25-5c3b-b2c0-430d747faa10', '52b40050-c783-26ef-83c7-03ea4a480678'),
	('cbd7018d-0990-56ee-97f4-60ab7d60c327', '2564be5b-52ce-8acd-ef4c-282eddead2fd');
INSERT INTO public.item_versions VALUES
	('365c7de6-f366-5c88-947b-a2d2dad427a7', 1, '{"name": "db", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "aws_rds", "attributes": {"size": 7}, "is_replica": false, "environment": "unknown", "display_name": "DB", "backup_enabled": false}', '{}', 'd7884865-82bd-4019-8346-9ab84ec6b004', NULL, 1, 3),
	('546a2b9b-6f38-510c-9409-047b70d25860', 1, '{"name": "web", "tags": {"with\ttab": "and\nline \"quotes\" \\ back"}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "WEB"}', '{}', 'd7884865-82bd-4019-8346-9ab84ec6b004', NULL, 1, 3),
	('6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 1, '{"name": "shop", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "production", "display_name": "SHOP"}', '{}', 'd7884865-82bd-4019-8346-9ab84ec6b004', NULL, 1, 3),
	('365c7de6-f366-5c88-947b-a2d2dad427a7', 2, '{"name": "db", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "aws_rds", "attributes": {"size": 1}, "is_replica": false, "environment": "unknown", "display_name": "DB", "backup_enabled": false}', '{"attributes.size": {"new": 1, "old": 7}}', '6735f06a-7171-4748-9688-75ef6eb4e1e1', NULL, 3, 5),
	('546a2b9b-6f38-510c-9409-047b70d25860', 2, '{"name": "web", "tags": {"with\ttab": "and\nline \"quotes\" \\ back"}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 1}, "environment": "unknown", "display_name": "WEB"}', '{"attributes.size": {"new": 1, "old": 0}}', '6735f06a-7171-4748-9688-75ef6eb4e1e1', NULL, 3, 5),
	('6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 2, '{"name": "shop", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "SHOP"}', '{"environment": {"new": "unknown", "old": "production"}}', '6735f06a-7171-4748-9688-75ef6eb4e1e1', NULL, 3, 5),
	('fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', 1, '{"name": "gone", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "GONE"}', '{}', 'd7884865-82bd-4019-8346-9ab84ec6b004', NULL, 1, 5),
	('365c7de6-f366-5c88-947b-a2d2dad427a7', 3, '{"name": "db", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "aws_rds", "attributes": {"size": 7}, "is_replica": false, "environment": "unknown", "display_name": "DB", "backup_enabled": false}', '{"attributes.size": {"new": 7, "old": 1}}', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', NULL, 5, 7);
INSERT INTO public.item_volatile VALUES
	('6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', '{"attributes.load": 0}', 1),
	('546a2b9b-6f38-510c-9409-047b70d25860', '{"attributes.load": 0}', 1),
	('365c7de6-f366-5c88-947b-a2d2dad427a7', '{"attributes.load": 0.30000000000000004}', 1),
	('fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', '{"attributes.load": 0}', 1),
	('cbd7018d-0990-56ee-97f4-60ab7d60c327', '{"attributes.load": 0}', 9),
	('bf040b6c-fe25-5c3b-b2c0-430d747faa10', '{"attributes.load": 3}', 9),
	('b5f50142-da5c-5fb9-88c3-43bfafe2f01a', '{"attributes.load": 0}', 9);
INSERT INTO public.items VALUES
	('546a2b9b-6f38-510c-9409-047b70d25860', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'aws', '111122223333', 'estate_part', '{"name": "web", "tags": {"with\ttab": "and\nline \"quotes\" \\ back"}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "WEB"}', 'active', '984d379a-18a5-ca64-d3b1-235d9ce4a6e8', '5b975202-61cd-ffd6-3535-a8468cba9430', '85543c03-a64f-ff7d-151e-065d79e48d8d', 3, '{"attributes.size": {"new": 0, "old": 1}}', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', NULL, 1, 5, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'aws', '111122223333', 'estate_part', '{"name": "shop", "tags": {}, "region": "eu-west-1", "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "production", "display_name": "SHOP"}', 'active', 'bfb50564-0b0b-ac05-a261-4eec4146552b', '147489ea-d481-2acd-65fd-e5a3411c674c', '85543c03-a64f-ff7d-151e-065d79e48d8d', 3, '{"environment": {"new": "production", "old": "unknown"}}', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', NULL, 1, 5, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'aws', '111122223333', 'estate_part', '{"name": "gone", "tags": {}, "region": "eu-west-1", "status": "retired", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "GONE"}', 'active', '85515423-3695-d48e-6a84-6973e72750b2', '1a5c8857-03fa-7d54-cf5c-2e8fcf023562', '85543c03-a64f-ff7d-151e-065d79e48d8d', 2, '{"status": {"new": "retired", "old": "active"}}', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', NULL, 1, 5, '2026-11-23 14:52:41.818+00', '2026-11-23 14:52:41.94449+00', 2, '2026-11-23 14:52:42.098471+00', DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('365c7de6-f366-5c88-947b-a2d2dad427a7', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'aws', '111122223333', 'estate_part', '{"name": "db", "tags": {}, "owner": "ada", "region": "eu-west-1", "status": "under_maintenance", "ci_type": "aws_rds", "attributes": {"size": 7}, "is_replica": false, "environment": "unknown", "display_name": "DB", "backup_enabled": false}', 'active', '454b6145-8eb3-bcf0-6dca-b09cb6e8c171', 'ab6e36aa-1bf7-05f9-6db9-cca0eccb47f6', '5e6b08dd-a5b3-1ff7-2dd9-90dd56961dd2', 4, '{"owner": {"new": "ada", "old": null}, "status": {"new": "under_maintenance", "old": "active"}}', NULL, 'token:ada', 1, 7, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('aab98a9c-c72e-58fb-978d-838cf1f4f3c8', '49b8a6fc-4db9-5178-b3f5-5a7cf01b7260', 'declared', 'declared', 'declared_item', '{"name": "Billing", "tags": {}, "status": "active", "ci_type": "business_service", "attributes": {}, "environment": "unknown", "display_name": "Billing"}', 'active', '1be94519-20f6-fc0c-f18d-b2b4f3f9a267', '8a4c95cb-0ecb-fc7a-c893-450f87382de3', '44136fa3-55b3-678a-1146-ad16f7e8649e', 1, '{}', NULL, 'token:ada', 8, 8, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('bf040b6c-fe25-5c3b-b2c0-430d747faa10', 'b650d2bb-6d44-58e2-b405-c3de008af6ef', 'host', 'synthetic', 'synthetic_thing', '{"name": "disk-2", "tags": {}, "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "disk-2"}', 'active', '552a4a83-f6fb-6c9b-5484-61e060409bc8', '0f980b52-41d1-b7b5-5af4-42d0c9b020ce', 'bfcf469f-1269-02d5-bcf7-01841ad7dbed', 1, '{}', '58717d1f-be9d-4eb2-a0df-2c096e60685b', NULL, 9, 9, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('cbd7018d-0990-56ee-97f4-60ab7d60c327', 'b650d2bb-6d44-58e2-b405-c3de008af6ef', 'host', 'synthetic', 'synthetic_thing', '{"name": "disk-1", "tags": {}, "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "disk-1"}', 'active', 'b9cad59f-8f1a-64b9-347b-15fa7e47cd3e', 'e71613ef-31d2-f6cf-2020-3399e4647e33', '85543c03-a64f-ff7d-151e-065d79e48d8d', 1, '{}', '58717d1f-be9d-4eb2-a0df-2c096e60685b', NULL, 9, 9, NULL, NULL, 0, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	('b5f50142-da5c-5fb9-88c3-43bfafe2f01a', 'b650d2bb-6d44-58e2-b405-c3de008af6ef', 'host', 'synthetic', 'synthetic_thing', '{"name": "disk-3", "tags": {}, "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "disk-3"}', 'active', '476961f8-2074-15f5-d5bd-0015861efcb5', '781cd9e2-ba20-0699-9a91-f2dac952a92f', '85543c03-a64f-ff7d-151e-065d79e48d8d', 1, '{}', '58717d1f-be9d-4eb2-a0df-2c096e60685b', NULL, 9, 9, '2026-11-23 14:52:42.429+00', '2026-11-23 14:52:42.504533+00', 1, NULL, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO public.kysely_migration VALUES
	('0001-initial', '2026-11-23T14:52:41.701Z');
INSERT INTO public.kysely_migration_lock VALUES
	('migration_lock', 0);
INSERT INTO public.loss_approvals OVERRIDING SYSTEM VALUE VALUES
	(1, 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 30, NULL, '2026-11-23 14:52:42.331318+00', 'it was moved', NULL, NULL, NULL);
INSERT INTO public.outbox_consumers VALUES
	('graph', 0),
	('cache', 0);
INSERT INTO public.rejected_records VALUES
	('b45b4c5d-a986-4735-8bb7-e9ecabf07060', '2be507dc-fc65-5af4-924e-5a90212e56d0', 'under-way-3', 'de064d6f-7b33-5a45-a5ad-29a35b85f20f', 'size: Invalid input: expected number, received string');
INSERT INTO public.relate_queue OVERRIDING SYSTEM VALUE VALUES
	(15, '365c7de6-f366-5c88-947b-a2d2dad427a7', '{}', '{}');
INSERT INTO public.relationships VALUES
	('7016d058-c345-36fc-b7d5-825d73d39280', '546a2b9b-6f38-510c-9409-047b70d25860', '365c7de6-f366-5c88-947b-a2d2dad427a7', 'depends_on', '', 1, '{}', 'forward', NULL, NULL, 'needs', '546a2b9b-6f38-510c-9409-047b70d25860', 'd7884865-82bd-4019-8346-9ab84ec6b004', 2, 2, 2, NULL),
	('8f9c7934-4be8-33d7-90e5-ccd4ae532588', 'fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', '365c7de6-f366-5c88-947b-a2d2dad427a7', 'depends_on', '', 1, '{}', 'forward', NULL, NULL, 'needs', 'fde4f33d-7858-5b9a-96ea-f2cfcfc4496a', 'd7884865-82bd-4019-8346-9ab84ec6b004', 2, 2, 2, 4),
	('b4ee40b1-e2dc-3ff4-b231-d8cd881f2023', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', '546a2b9b-6f38-510c-9409-047b70d25860', 'depends_on', '', 1, '{}', 'forward', NULL, NULL, 'needs', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 'd7884865-82bd-4019-8346-9ab84ec6b004', 2, 2, 2, 4),
	('b4ee40b1-e2dc-3ff4-b231-d8cd881f2023', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', '546a2b9b-6f38-510c-9409-047b70d25860', 'depends_on', '', 1, '{}', 'forward', NULL, NULL, 'needs', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 2, 6, 6, NULL),
	('40b5b197-cafb-3213-aa57-a9e311294890', 'aab98a9c-c72e-58fb-978d-838cf1f4f3c8', '6d56ed4f-58ba-50fa-93e2-14ba8a7a357e', 'depends_on', '', 1, '{}', 'forward', NULL, NULL, 'depends_on', 'aab98a9c-c72e-58fb-978d-838cf1f4f3c8', '58717d1f-be9d-4eb2-a0df-2c096e60685b', 10, 10, 10, NULL),
	('624e7b1e-894e-371c-a6a4-67fac293c283', '546a2b9b-6f38-510c-9409-047b70d25860', 'cbd7018d-0990-56ee-97f4-60ab7d60c327', 'uses', '', 1, '{}', 'forward', NULL, NULL, 'uses', '59908eea-aa6c-5b83-b00e-a83b1ccd3842', '58717d1f-be9d-4eb2-a0df-2c096e60685b', 10, 10, 10, NULL);
INSERT INTO public.resolved_references VALUES
	('cf54522e-7fae-a62d-1ec4-20562f8676ad', '7016d058-c345-36fc-b7d5-825d73d39280'),
	('d737d12a-2f6c-9362-bc41-b3a4c1cecb94', 'b4ee40b1-e2dc-3ff4-b231-d8cd881f2023'),
	('2c641ec6-6def-2d01-de95-19a9a5d03381', '40b5b197-cafb-3213-aa57-a9e311294890'),
	('59908eea-aa6c-5b83-b00e-a83b1ccd3842', '624e7b1e-894e-371c-a6a4-67fac293c283');
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES
	('d7884865-82bd-4019-8346-9ab84ec6b004', 1, 'discovery', '{}', 'completed', '2026-11-23 14:52:41.70505+00', '2026-11-23 14:52:41.928374+00', '[]'),
	('6735f06a-7171-4748-9688-75ef6eb4e1e1', 2, 'discovery', '{}', 'completed', '2026-11-23 14:52:41.9334+00', '2026-11-23 14:52:42.072281+00', '[]'),
	('9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 3, 'discovery', '{}', 'completed', '2026-11-23 14:52:42.077656+00', '2026-11-23 14:52:42.211398+00', '[]'),
	('58717d1f-be9d-4eb2-a0df-2c096e60685b', 4, 'test-58717d1f-be9d-4eb2-a0df-2c096e60685b', '{}', 'completed', '2026-11-23 14:52:42.340811+00', '2026-11-23 14:52:42.494617+00', '[]'),
	('ce305f78-3a1c-4ced-949d-22ca2b6f5682', 5, 'test-ce305f78-3a1c-4ced-949d-22ca2b6f5682', '{}', 'completed', '2026-11-23 14:52:42.498294+00', '2026-11-23 14:52:42.617292+00', '[]'),
	('b45b4c5d-a986-4735-8bb7-e9ecabf07060', 6, 'test-b45b4c5d-a986-4735-8bb7-e9ecabf07060', '{}', 'running', '2026-11-23 14:52:42.633335+00', NULL, '[]');
INSERT INTO public.schedules VALUES
	('nightly', 'api', '@daily', 'UTC', 30, 'skip', '{}', false, '2026-11-23 14:52:42.291621+00', '2026-11-23 14:52:42.291621+00');
INSERT INTO public.scopes VALUES
	('f7171302-377f-5ef7-a61b-fd70fea92f66', 'aws', '111122223333', 'shop', 'eu-west-1'),
	('614abf8e-7554-5c04-aa91-ba37383fc32e', 'declared', 'declared', NULL, 'api'),
	('ed1628aa-039c-5dfa-a133-9d176440e52f', 'host', 'synthetic', NULL, 'global'),
	('ac9326d6-617c-5f27-8fcf-bc3eb1d6b785', 'host', 'under way', NULL, 'global');
INSERT INTO public.slice_scans VALUES
	('d7884865-82bd-4019-8346-9ab84ec6b004', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'f7171302-377f-5ef7-a61b-fd70fea92f66', NULL, 1, 'complete', 1, 4, 1, 0, '{}', NULL, NULL, NULL, NULL, DEFAULT, 4, 0, 0, 0, 0, '2026-11-23 14:52:41.714734+00', '2026-11-23 14:52:41.758313+00', '2026-11-23 14:52:41.814936+00'),
	('6735f06a-7171-4748-9688-75ef6eb4e1e1', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'f7171302-377f-5ef7-a61b-fd70fea92f66', NULL, 2, 'complete', 1, 3, 1, 0, '{}', NULL, NULL, NULL, NULL, DEFAULT, 0, 3, 1, 0, 0, '2026-11-23 14:52:41.935946+00', '2026-11-23 14:52:41.943773+00', '2026-11-23 14:52:42.007961+00'),
	('9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 'bf8a529a-0664-5acf-85ed-b528081a9b8d', 'f7171302-377f-5ef7-a61b-fd70fea92f66', NULL, 3, 'complete', 1, 3, 1, 0, '{}', NULL, NULL, NULL, NULL, DEFAULT, 0, 3, 0, 1, 0, '2026-11-23 14:52:42.081517+00', '2026-11-23 14:52:42.097245+00', '2026-11-23 14:52:42.153004+00'),
	('58717d1f-be9d-4eb2-a0df-2c096e60685b', 'b650d2bb-6d44-58e2-b405-c3de008af6ef', 'ed1628aa-039c-5dfa-a133-9d176440e52f', NULL, 4, 'complete', 1, 3, 1, 0, '{}', NULL, NULL, NULL, NULL, DEFAULT, 3, 0, 0, 0, 0, '2026-11-23 14:52:42.349966+00', '2026-11-23 14:52:42.36484+00', '2026-11-23 14:52:42.425904+00'),
	('ce305f78-3a1c-4ced-949d-22ca2b6f5682', 'b650d2bb-6d44-58e2-b405-c3de008af6ef', 'ed1628aa-039c-5dfa-a133-9d176440e52f', NULL, 5, 'complete', 1, 2, 1, 0, '{}', NULL, NULL, NULL, NULL, DEFAULT, 0, 0, 1, 0, 0, '2026-11-23 14:52:42.50054+00', '2026-11-23 14:52:42.504121+00', '2026-11-23 14:52:42.556177+00'),
	('b45b4c5d-a986-4735-8bb7-e9ecabf07060', '2be507dc-fc65-5af4-924e-5a90212e56d0', 'ac9326d6-617c-5f27-8fcf-bc3eb1d6b785', NULL, 6, 'complete', 1, 2, 1, 1, '{de064d6f-7b33-5a45-a5ad-29a35b85f20f}', NULL, NULL, NULL, NULL, DEFAULT, 0, 0, 0, 0, 0, '2026-11-23 14:52:42.648739+00', '2026-11-23 14:52:42.661816+00', NULL);
INSERT INTO public.slices VALUES
	('49b8a6fc-4db9-5178-b3f5-5a7cf01b7260', '614abf8e-7554-5c04-aa91-ba37383fc32e', 'declared_item', false, '2026-11-23 14:52:42.24064+00', NULL, NULL, 0, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL),
	('bf8a529a-0664-5acf-85ed-b528081a9b8d', 'f7171302-377f-5ef7-a61b-fd70fea92f66', 'estate_part', true, '2026-11-23 14:52:41.70505+00', '2026-11-23 14:52:42.340811+00', '2026-11-23 14:52:42.097245+00', 3, 3, 'complete', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 3, '2026-11-23 14:52:42.097245+00', NULL, NULL, NULL, NULL),
	('2be507dc-fc65-5af4-924e-5a90212e56d0', 'ac9326d6-617c-5f27-8fcf-bc3eb1d6b785', 'synthetic_thing', true, '2026-11-23 14:52:42.633335+00', NULL, NULL, 0, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL),
	('b650d2bb-6d44-58e2-b405-c3de008af6ef', 'ed1628aa-039c-5dfa-a133-9d176440e52f', 'synthetic_thing', true, '2026-11-23 14:52:42.340811+00', '2026-11-23 14:52:42.633335+00', '2026-11-23 14:52:42.504121+00', 5, 2, 'complete', 'ce305f78-3a1c-4ced-949d-22ca2b6f5682', 5, '2026-11-23 14:52:42.504121+00', NULL, NULL, NULL, NULL);
INSERT INTO public.staged_items VALUES
	('b45b4c5d-a986-4735-8bb7-e9ecabf07060', '2be507dc-fc65-5af4-924e-5a90212e56d0', '2d79afea-a085-5072-a080-b66039e1935c', '6d0eb3cf-24a8-7a17-0349-a59afe3c6440', '36cb8207-7532-5343-51be-c92f241d9a1f', '85543c03-a64f-ff7d-151e-065d79e48d8d', 'dfb12076-67eb-173e-9e06-2933dba24887', '{"body": {"name": "under-way-1", "tags": {}, "status": "active", "ci_type": "service", "attributes": {"size": 0}, "environment": "unknown", "display_name": "under-way-1"}, "keys": ["thing:under-way-1"], "volatile": {"attributes.load": 0}, "references": []}'),
	('b45b4c5d-a986-4735-8bb7-e9ecabf07060', '2be507dc-fc65-5af4-924e-5a90212e56d0', 'a86e915f-ec9e-57f6-a1b3-ed0017d53d5b', '88d61985-4672-01cf-3dd7-ebcefdbb18ad', '84e20cb8-7bc9-28f4-3fd4-5bc014fe821a', '85543c03-a64f-ff7d-151e-065d79e48d8d', '573d621c-6796-89a9-ae4d-9d23cdb2977d', '{"body": {"name": "under-way-2", "tags": {}, "status": "active", "ci_type": "service", "attributes": {"size": 2}, "environment": "unknown", "display_name": "under-way-2"}, "keys": ["thing:under-way-2"], "volatile": {"attributes.load": 0}, "references": []}');
INSERT INTO public.ticks VALUES
	(1, 1, '2026-11-23 14:52:41.818+00', 'd7884865-82bd-4019-8346-9ab84ec6b004', 1, NULL),
	(2, 2, '2026-11-23 14:52:41.926+00', 'd7884865-82bd-4019-8346-9ab84ec6b004', 2, NULL),
	(3, 3, '2026-11-23 14:52:42.013+00', '6735f06a-7171-4748-9688-75ef6eb4e1e1', 3, NULL),
	(4, 4, '2026-11-23 14:52:42.067+00', '6735f06a-7171-4748-9688-75ef6eb4e1e1', 4, NULL),
	(5, 5, '2026-11-23 14:52:42.156+00', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 5, NULL),
	(6, 6, '2026-11-23 14:52:42.207+00', '9b31a2dc-fe1d-448a-b6f1-4219a790ba2a', 6, NULL),
	(7, 7, '2026-11-23 14:52:42.229+00', NULL, 7, NULL),
	(8, 8, '2026-11-23 14:52:42.283+00', NULL, 8, NULL),
	(9, 9, '2026-11-23 14:52:42.429+00', '58717d1f-be9d-4eb2-a0df-2c096e60685b', 9, NULL),
	(10, 10, '2026-11-23 14:52:42.488+00', '58717d1f-be9d-4eb2-a0df-2c096e60685b', 10, NULL),
	(11, 11, '2026-11-23 14:52:42.558+00', 'ce305f78-3a1c-4ced-949d-22ca2b6f5682', 11, NULL);
INSERT INTO public.webhook_deliveries OVERRIDING SYSTEM VALUE VALUES
	('5d7b2b18-2d6a-4c06-ba42-defcd4f9b4c6', '1229e599-184a-4659-9260-acf5de21960f', 1, 'delivered', NULL, '{}', 1, NULL, 0, NULL, NULL, NULL, '2026-11-23 14:52:42.329285+00', NULL, '2026-11-23 14:52:42.329285+00');
INSERT INTO public.webhooks VALUES
	('1229e599-184a-4659-9260-acf5de21960f', 'https://example.com/hook', NULL, '{}', 'active', 'plain:sealed', NULL, NULL, '{"seq": 1, "inside": null}', 'token:ada', '2026-11-23 14:52:42.328821+00', '2026-11-23 14:52:42.328821+00');
SELECT pg_catalog.setval('public.audit_log_audit_id_seq', 1, true);
SELECT pg_catalog.setval('public.listing_orders', 6, true);
SELECT pg_catalog.setval('public.loss_approvals_approval_id_seq', 1, true);
SELECT pg_catalog.setval('public.relate_queue_queue_id_seq', 15, true);
SELECT pg_catalog.setval('public.runs_run_order_seq', 6, true);
SELECT pg_catalog.setval('public.tick_numbers', 12, true);
SELECT pg_catalog.setval('public.webhook_deliveries_position_seq', 1, true);
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (token_id);
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (audit_id);
ALTER TABLE ONLY public.declared_items
    ADD CONSTRAINT declared_items_declared_id_key UNIQUE (declared_id);
ALTER TABLE ONLY public.declared_items
    ADD CONSTRAINT declared_items_pkey PRIMARY KEY (ci_id);
ALTER TABLE ONLY public.declared_relations
    ADD CONSTRAINT declared_relations_declared_id_key UNIQUE (declared_id);
ALTER TABLE ONLY public.declared_relations
    ADD CONSTRAINT declared_relations_pkey PRIMARY KEY (relation_id);
ALTER TABLE ONLY public.held_items
    ADD CONSTRAINT held_items_pkey PRIMARY KEY (slice_id, ci_id);
ALTER TABLE ONLY public.history_bound
    ADD CONSTRAINT history_bound_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (machine_id);
ALTER TABLE ONLY public.item_absences
    ADD CONSTRAINT item_absences_pkey PRIMARY KEY (ci_id, from_tick);
ALTER TABLE ONLY public.item_keys
    ADD CONSTRAINT item_keys_pkey PRIMARY KEY (key, ci_id);
ALTER TABLE ONLY public.item_overrides
    ADD CONSTRAINT item_overrides_pkey PRIMARY KEY (ci_id);
ALTER TABLE ONLY public.item_references
    ADD CONSTRAINT item_references_pkey PRIMARY KEY (reference_id);
ALTER TABLE ONLY public.item_sources
    ADD CONSTRAINT item_sources_pkey PRIMARY KEY (ci_id);
ALTER TABLE ONLY public.item_versions
    ADD CONSTRAINT item_versions_pkey PRIMARY KEY (ci_id, version);
ALTER TABLE ONLY public.item_volatile
    ADD CONSTRAINT item_volatile_pkey PRIMARY KEY (ci_id);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_pkey PRIMARY KEY (ci_id);
ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.loss_approvals
    ADD CONSTRAINT loss_approvals_pkey PRIMARY KEY (approval_id);
ALTER TABLE ONLY public.outbox_consumers
    ADD CONSTRAINT outbox_consumers_pkey PRIMARY KEY (consumer);
ALTER TABLE ONLY public.rejected_records
    ADD CONSTRAINT rejected_records_pkey PRIMARY KEY (run_id, slice_id, record_key);
ALTER TABLE ONLY public.relate_queue
    ADD CONSTRAINT relate_queue_pkey PRIMARY KEY (queue_id);
ALTER TABLE ONLY public.relationships
    ADD CONSTRAINT relationships_pkey PRIMARY KEY (relationship_id, valid_from);
ALTER TABLE ONLY public.resolved_references
    ADD CONSTRAINT resolved_references_pkey PRIMARY KEY (reference_id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_run_order_key UNIQUE (run_order);
ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (schedule_id);
ALTER TABLE ONLY public.scopes
    ADD CONSTRAINT scopes_pkey PRIMARY KEY (scope_id);
ALTER TABLE ONLY public.scopes
    ADD CONSTRAINT scopes_provider_account_region_key UNIQUE (provider, account, region);
ALTER TABLE ONLY public.slice_scans
    ADD CONSTRAINT slice_scans_pkey PRIMARY KEY (run_id, slice_id);
ALTER TABLE ONLY public.slices
    ADD CONSTRAINT slices_pkey PRIMARY KEY (slice_id);
ALTER TABLE ONLY public.slices
    ADD CONSTRAINT slices_scope_id_resource_type_key UNIQUE (scope_id, resource_type);
ALTER TABLE ONLY public.staged_items
    ADD CONSTRAINT staged_items_pkey PRIMARY KEY (run_id, slice_id, ci_id);
ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT ticks_committed_at_key UNIQUE (committed_at);
ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT ticks_pkey PRIMARY KEY (tick);
ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT ticks_seq_key UNIQUE (seq);
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);
CREATE INDEX api_tokens_created ON public.api_tokens USING btree (created_at, token_id);
CREATE UNIQUE INDEX api_tokens_name ON public.api_tokens USING btree (name) WHERE (revoked_at IS NULL);
CREATE INDEX audit_log_at ON public.audit_log USING btree (at);
CREATE INDEX audit_log_principal ON public.audit_log USING btree (principal_name, audit_id);
CREATE INDEX item_absences_from ON public.item_absences USING btree (from_tick, ci_id);
CREATE UNIQUE INDEX item_absences_open ON public.item_absences USING btree (ci_id) WHERE (to_tick IS NULL);
CREATE INDEX item_absences_retired ON public.item_absences USING btree (retired_tick, ci_id) WHERE (retired_tick IS NOT NULL);
CREATE INDEX item_absences_to ON public.item_absences USING btree (to_tick, ci_id) WHERE (to_tick IS NOT NULL);
CREATE INDEX item_keys_item ON public.item_keys USING btree (ci_id);
CREATE INDEX item_references_referrer ON public.item_references USING btree (referrer_id);
CREATE INDEX item_references_source ON public.item_references USING btree (source_key) WHERE (source_key IS NOT NULL);
CREATE INDEX item_references_source_item ON public.item_references USING btree (source_key) WHERE (source_key ~~ 'ci:%'::text);
CREATE INDEX item_references_target ON public.item_references USING btree (target_key);
CREATE INDEX item_references_target_item ON public.item_references USING btree (target_key) WHERE (target_key ~~ 'ci:%'::text);
CREATE INDEX item_versions_valid_from ON public.item_versions USING btree (valid_from, ci_id);
CREATE INDEX item_versions_valid_to ON public.item_versions USING btree (valid_to);
CREATE INDEX item_volatile_tick ON public.item_volatile USING btree (tick, ci_id);
CREATE INDEX items_created ON public.items USING btree (created_tick DESC, ci_id);
CREATE INDEX items_place ON public.items USING btree (provider, account, region);
CREATE INDEX items_slice ON public.items USING btree (slice_id);
CREATE INDEX items_tags ON public.items USING gin (((body -> 'tags'::text)) jsonb_path_ops);
CREATE INDEX items_type ON public.items USING btree (ci_type, environment, status);
CREATE INDEX items_valid_from ON public.items USING btree (valid_from, ci_id);
CREATE INDEX items_zone ON public.items USING btree (((body ->> 'availability_zone'::text))) WHERE ((body ->> 'availability_zone'::text) IS NOT NULL);
CREATE UNIQUE INDEX loss_approvals_pending ON public.loss_approvals USING btree (slice_id) WHERE (spent_at IS NULL);
CREATE INDEX loss_approvals_slice ON public.loss_approvals USING btree (slice_id, approval_id DESC);
CREATE UNIQUE INDEX relationships_current ON public.relationships USING btree (relationship_id) WHERE (valid_to IS NULL);
CREATE INDEX relationships_source ON public.relationships USING btree (source_ci_id, relationship_id);
CREATE INDEX relationships_target ON public.relationships USING btree (target_ci_id, relationship_id);
CREATE INDEX relationships_touched ON public.relationships USING btree (touched_tick, relationship_id);
CREATE INDEX relationships_valid_from ON public.relationships USING btree (valid_from, relationship_id);
CREATE INDEX relationships_valid_to ON public.relationships USING btree (valid_to, relationship_id) WHERE (valid_to IS NOT NULL);
CREATE INDEX resolved_references_edge ON public.resolved_references USING btree (relationship_id);
CREATE INDEX runs_running ON public.runs USING btree (run_order) WHERE (status = 'running'::text);
CREATE INDEX runs_workflow ON public.runs USING btree (workflow_id, run_order DESC);
CREATE INDEX slice_scans_slice ON public.slice_scans USING btree (slice_id, promoted_at);
CREATE INDEX slices_held ON public.slices USING btree (slice_id) WHERE (held_loss IS NOT NULL);
CREATE INDEX ticks_max_tick ON public.ticks USING btree (max_tick, seq);
CREATE INDEX ticks_overtaken ON public.ticks USING gist (int8range(overtaken_seq, seq)) WHERE (overtaken_seq IS NOT NULL);
CREATE INDEX webhook_deliveries_pending ON public.webhook_deliveries USING btree (webhook_id, "position") WHERE (state = 'pending'::text);
CREATE INDEX webhook_deliveries_position ON public.webhook_deliveries USING btree (webhook_id, "position" DESC);
ALTER TABLE ONLY public.declared_items
    ADD CONSTRAINT declared_items_ci_id_fkey FOREIGN KEY (ci_id) REFERENCES public.items(ci_id);
ALTER TABLE ONLY public.held_items
    ADD CONSTRAINT held_items_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(slice_id);
ALTER TABLE ONLY public.item_overrides
    ADD CONSTRAINT item_overrides_ci_id_fkey FOREIGN KEY (ci_id) REFERENCES public.items(ci_id);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(slice_id);
ALTER TABLE ONLY public.loss_approvals
    ADD CONSTRAINT loss_approvals_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(slice_id);
ALTER TABLE ONLY public.rejected_records
    ADD CONSTRAINT rejected_records_run_id_slice_id_fkey FOREIGN KEY (run_id, slice_id) REFERENCES public.slice_scans(run_id, slice_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.slice_scans
    ADD CONSTRAINT slice_scans_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.slice_scans
    ADD CONSTRAINT slice_scans_scope_id_fkey FOREIGN KEY (scope_id) REFERENCES public.scopes(scope_id);
ALTER TABLE ONLY public.slice_scans
    ADD CONSTRAINT slice_scans_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(slice_id);
ALTER TABLE ONLY public.slices
    ADD CONSTRAINT slices_scope_id_fkey FOREIGN KEY (scope_id) REFERENCES public.scopes(scope_id);
ALTER TABLE ONLY public.staged_items
    ADD CONSTRAINT staged_items_run_id_slice_id_fkey FOREIGN KEY (run_id, slice_id) REFERENCES public.slice_scans(run_id, slice_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(webhook_id) ON DELETE CASCADE;
