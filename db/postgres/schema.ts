import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { JsonObject } from '../../model/resource-type.ts';
import type {
  DiscoveryRequest,
  RunError,
  RunStatus,
  SliceOutcome,
  SliceState,
} from '../../model/scope.ts';
import type { AccessTables } from './tables/access.ts';
import type { CoverageTables } from './tables/coverage.ts';
import type { DeclaredTables } from './tables/declared.ts';
import type { HistoryTables } from './tables/history.ts';
import type { OverrideTables } from './tables/overrides.ts';
import type { SamenessTables } from './tables/sameness.ts';
import type { ScheduleTables } from './tables/schedules.ts';
import type { WebhookTables } from './tables/webhooks.ts';

/** Written as JSON text, read as a value. */
type JsonColumn<T> = ColumnType<T, string, string>;

export interface Database
  extends AccessTables,
    CoverageTables,
    DeclaredTables,
    HistoryTables,
    OverrideTables,
    SamenessTables,
    ScheduleTables,
    WebhookTables {
  /**
   * The clock and the outbox: one row for each transaction that changed items or relationships,
   * numbered by `seq` in the order of commits (see `clock.ts`). Consumers read it by `seq`.
   */
  ticks: {
    tick: number;
    seq: number;
    committed_at: Date;
    run_id: string | null;
    /** The highest tick that was sealed so far, this one included. */
    max_tick: number;
    /** The first commit with a higher tick, where one came before this one. */
    overtaken_seq: number | null;
  };
  /** How far each consumer of the outbox has got. */
  outbox_consumers: { consumer: string; seq: number };
  /** Machines whose worker may discover them; `heard_at` moves while it lives. */
  hosts: { machine_id: string; hostname: string; task_queue: string; heard_at: Generated<Date> };
  /** One discovery. `run_id` is Temporal's; `run_order` says which was planned first. */
  runs: {
    run_id: string;
    run_order: GeneratedAlways<number>;
    workflow_id: string;
    request: JsonColumn<DiscoveryRequest>;
    status: Generated<RunStatus>;
    started_at: Generated<Date>;
    finished_at: Date | null;
    errors: ColumnType<RunError[], string | undefined, string>;
  };
  scopes: {
    scope_id: string;
    provider: string;
    account: string;
    account_name: string | null;
    region: string;
  };
  /**
   * One resource type in one scope; `proven_at` is the end of its last complete scan,
   * `promoted_order` the `listing_order` of the last scan that was promoted.
   */
  slices: {
    slice_id: string;
    scope_id: string;
    resource_type: string;
    /** False for what people declare through the API: no run lists it, and no coverage counts it. */
    is_scanned: Generated<boolean>;
    known_since: Generated<Date>;
    /** Since when the runs that ask for it do not plan it any more; null while they do. */
    unscheduled_since: Date | null;
    proven_at: Date | null;
    promoted_order: Generated<number>;
    population: Generated<number>;
    /**
     * How its last scan ended, `complete` and `partial` only once it was promoted; null before the
     * first. A run that a person cancelled says nothing. See `promote/note-outcomes.ts`.
     */
    last_state: SliceOutcome | null;
    last_run_id: string | null;
    /** The `listing_order` of that scan: the outcome of an older one comes too late. */
    last_order: Generated<number>;
    /** When that scan's listing ended. */
    scanned_at: Date | null;
    error_code: string | null;
    error_message: string | null;
    missing_permission: string | null;
    /**
     * By how many items its population would have fallen when the circuit breaker stopped
     * retirement; null while nothing is held. Only a complete scan can end that.
     */
    held_loss: number | null;
  };
  /** A slice in a run: how far it is, how it ended, what it changed. */
  slice_scans: {
    run_id: string;
    slice_id: string;
    scope_id: string;
    task_queue: string | null;
    /** Grows with each listing that begins; null until this one has. */
    listing_order: number | null;
    state: Generated<SliceState>;
    /** Which listing of this run is staged: one more each time that it had to begin again. */
    listing: Generated<number>;
    /** How many different items were staged; promote refuses a slice that has another number. */
    staged_count: Generated<number>;
    page_count: Generated<number>;
    rejected_count: Generated<number>;
    /** Items whose record did not parse: there, but not readable, so never retired by this scan. */
    exempt_ids: Generated<string[]>;
    error_code: string | null;
    error_message: string | null;
    missing_permission: string | null;
    /** The net loss at which the circuit breaker stopped retirement; null where it did not. */
    held_loss: number | null;
    held: GeneratedAlways<boolean>;
    added: Generated<number>;
    changed: Generated<number>;
    missing: Generated<number>;
    retired: Generated<number>;
    resurrected: Generated<number>;
    started_at: Date | null;
    finished_at: Date | null;
    promoted_at: Date | null;
  };
  rejected_records: {
    run_id: string;
    slice_id: string;
    record_key: string;
    ci_id: string | null;
    reason: string;
  };
  /** What a scan listed. `document` is left out where all hashes equal the current item's. */
  staged_items: {
    run_id: string;
    slice_id: string;
    ci_id: string;
    content_hash: string;
    links_hash: string;
    volatile_hash: string;
    source_hash: string | null;
    document: JsonColumn<JsonObject> | null;
  };
  /** The present, one row an item, and its newest version. */
  items: {
    ci_id: string;
    slice_id: string;
    provider: string;
    account: string;
    resource_type: string;
    /** The contract's described fields, without null ones and without volatile ones. */
    body: JsonColumn<JsonObject>;
    /** What the source said; `body.status` is what holds. */
    observed_status: string;
    content_hash: string;
    links_hash: string;
    volatile_hash: string;
    version: number;
    changes: JsonColumn<JsonObject>;
    run_id: string | null;
    /** The person who made the newest version; null for discovery. */
    changed_by: string | null;
    created_tick: number;
    /** The tick of the newest version. */
    valid_from: number;
    /** Frozen while the item is missing; null means: when its slice was last proven. */
    last_seen_at: Date | null;
    missing_since: Date | null;
    missing_scans: Generated<number>;
    retired_at: Date | null;
    ci_type: GeneratedAlways<string>;
    name: GeneratedAlways<string>;
    status: GeneratedAlways<string>;
    environment: GeneratedAlways<string>;
    region: GeneratedAlways<string | null>;
  };
  /** The past: versions that a newer one replaced, valid from `valid_from` up to `valid_to`. */
  item_versions: {
    ci_id: string;
    version: number;
    body: JsonColumn<JsonObject>;
    changes: JsonColumn<JsonObject>;
    run_id: string | null;
    changed_by: string | null;
    valid_from: number;
    valid_to: number;
  };
  /** Which record each item was made of: a record that comes again is not mapped again. */
  item_sources: { ci_id: string; source_hash: string | null };
  /** The newest values of volatile fields, by path (`attributes.pid`). */
  item_volatile: { ci_id: string; fields: JsonColumn<JsonObject>; tick: number };
  /** Every key that an item answers to; not live while the item is missing or retired. */
  item_keys: { key: string; ci_id: string; live: Generated<boolean> };
  /** Every reference that an item makes, and every relationship that a person declared. */
  item_references: {
    reference_id: string;
    /** The item; or the declared relationship, which needs none. */
    referrer_id: string;
    source_key: string | null;
    target_key: string;
    relation: string;
    relationship_type: string;
    discriminator: string;
    weight: number;
    attributes: JsonColumn<JsonObject>;
    measured: boolean;
    spread: string;
    redundancy_group: string | null;
    min_up: number | null;
    /** Null where a person declared it. */
    run_id: string | null;
  };
  /**
   * The relationship that a reference stands for just now; none where it resolves to nobody. Apart
   * from the references, because a row that grows by its resolution is written twice with all its
   * indexes. Only relate writes here, so that its turn is all the lock there is to take.
   */
  resolved_references: { reference_id: string; relationship_id: string };
  /** Relationships with their interval of validity; `valid_to` is null for current ones. */
  relationships: {
    relationship_id: string;
    source_ci_id: string;
    target_ci_id: string;
    relationship_type: string;
    discriminator: string;
    weight: number;
    attributes: JsonColumn<JsonObject>;
    spread: string;
    redundancy_group: string | null;
    min_up: number | null;
    /** Provenance: the relation and the item, or the person's declaration, behind it. */
    relation: string;
    referrer_id: string;
    /** Null where a person declared it. */
    run_id: string | null;
    created_tick: number;
    /** The tick of the last write, also of a new reading that began no new interval. */
    touched_tick: number;
    valid_from: number;
    valid_to: number | null;
  };
  /** Items whose keys or references changed and that relate has not worked off yet. */
  relate_queue: {
    queue_id: GeneratedAlways<number>;
    ci_id: string;
    ended_keys: string[];
    ended_references: string[];
  };
}
