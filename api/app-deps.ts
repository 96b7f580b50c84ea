import type { Logger } from 'pino';
import type { Cache } from '../db/cache/cache.ts';
import type { RateLimiter } from '../db/cache/rate-limiter.ts';
import type { Graph } from '../db/graph/graph.ts';
import type { Db } from '../db/postgres/database.ts';
import type { Sealer } from '../db/sealer.ts';
import type { AccessPolicy } from './access/policy.ts';
import type { Temporal } from './temporal.ts';

/** What the app is made from. Whoever makes them closes them. */
export interface AppDeps {
  db: Db;
  graph: Graph;
  /** Null where there is no Redis; everything is answered all the same. */
  cache: Cache | null;
  temporal: Temporal;
  log: Logger;
  /** Keeps the secrets of webhooks. */
  sealer: Sealer;
  /** The queue of the workers that run discoveries. */
  task_queue: string;
  /** Who is let in, and how; see `access/`. */
  access: AccessPolicy;
  /** Null: everybody may ask as much as they like. */
  limiter: RateLimiter | null;
  /** Pages of other sites, by their origin, that may use the API. */
  cors_origins: readonly string[];
  /** Entries of the audit log that are older are forgotten. */
  audit_retention_days: number;
  /** Given when the process is told to stop: answers that never end by themselves end then. */
  stopping?: AbortSignal;
  /** After so long a request is given up; half a minute where it is left out. */
  request_timeout_ms?: number;
  /** Check each answer against its schema before it is sent: for development and tests. */
  check_answers: boolean;
}
