import type { ProviderName } from './enums.ts';
import type { AnyResourceType } from './resource-type.ts';
import type { RunError, Scope } from './scope.ts';
import type { Sources } from './sources.ts';

/** A scope as planned: what to scan there, and which task queue reaches it. */
export interface PlannedScope extends Scope {
  level: 'region' | 'account';
  /** Set where only the workers of one machine can scan it; null for any worker. */
  task_queue: string | null;
}

/** A part of the plan that could not be made, e.g. an account whose regions cannot be listed. */
export type PlanProblem = RunError;

export interface ScopePlan {
  scopes: PlannedScope[];
  problems: PlanProblem[];
}

/**
 * Why a listing failed, in terms that the pipeline acts on.
 * - `denied`: never retried; `missing_permission` says what to grant
 * - `throttled`: tried again after `retry_after_ms`
 * - `transient`: tried again
 * - `expired`: the page token holds no longer, and the listing begins again at its first page
 * - `permanent`: never retried
 */
export interface SourceFault {
  kind: 'denied' | 'throttled' | 'transient' | 'expired' | 'permanent';
  /** The source's own code, e.g. `UnauthorizedOperation`. */
  code: string;
  message: string;
  missing_permission: string | null;
  retry_after_ms: number | null;
}

/** A machine on which a worker runs that may discover it. */
export interface RegisteredHost {
  machine_id: string;
  hostname: string;
  /** Served by the workers of that machine only: another one would see another machine. */
  task_queue: string;
}

/** What a plan is made from. */
export interface PlanContext {
  sources: Sources;
  /** The machines whose worker was heard of lately. */
  hosts: readonly RegisteredHost[];
  signal: AbortSignal;
}

/** A source of discovery. Its resource types are found in its folder, not listed here. */
export interface Provider<Client = unknown> {
  name: ProviderName;
  /** Finds what can be scanned. Never throws for one account: that is a problem in the answer. */
  planScopes(context: PlanContext): Promise<ScopePlan>;
  /** Makes the client with which a resource type lists its pages in a scope. */
  connect(scope: Scope, sources: Sources): Promise<Client>;
  /** Closes what `connect` opened. */
  disconnect(client: Client): Promise<void>;
  /** Translates whatever `planScopes`, `connect` or `listPage` threw. */
  toFault(error: unknown, resourceType: AnyResourceType): SourceFault;
}
