import { GraphUnavailableError } from '../db/graph/graph.ts';
import { graphStepReader } from '../db/graph/read-steps.ts';
import type { Db } from '../db/postgres/database.ts';
import type { Moment } from '../db/postgres/moment.ts';
import { outboxLag } from '../db/postgres/outbox.ts';
import { postgresStepReader } from '../db/postgres/read-steps.ts';
import type { RelationType } from '../model/enums.ts';
import {
  type StepReader,
  type Walk,
  type WalkBounds,
  type WalkDirection,
  walkFailures,
} from '../model/failure-walk.ts';
import type { AppDeps } from './app-deps.ts';

export interface AnsweredWalk extends Walk {
  answered_by: 'neo4j' | 'postgres';
}

/** Where to walk from, which way, and how far. */
export interface WalkQuestion {
  ci_ids: readonly string[];
  direction: WalkDirection;
  bounds: WalkBounds;
  /** Only along relationships of these types; along all where left out. */
  relations?: readonly RelationType[] | undefined;
  /** The past, in the snapshot where it was looked up; the present where it is null. */
  past?: { db: Db; moment: Moment } | null;
}

export type WalkReader = (question: WalkQuestion) => Promise<AnsweredWalk>;

/** An answer of more items than this is no longer read by anybody; it says that it was cut. */
export const MAX_ITEMS = 5_000;

/** Of all hops together; a third of what a request is given, so that Postgres still has its turn. */
const WALK_TIMEOUT_MS = 10_000;

/** All steps of a hop are read, so that portions only cost round trips. */
const STEPS_AT_ONCE = 5_000;

/** A Neo4j that did not answer is left alone for so long: to find out again costs seconds. */
const LEAVE_ALONE_MS = 10_000;

/**
 * Makes the reader of relationships as they are now. Neo4j answers while it has everything that
 * was committed; while it is behind or away, Postgres answers with the same walk, so that no
 * answer ever misses what the inventory already has. The past is Postgres' alone.
 */
export function createWalkReader({
  db,
  graph,
  log,
}: Pick<AppDeps, 'db' | 'graph' | 'log'>): WalkReader {
  let askAgainAt = 0;
  return async ({ ci_ids, direction, bounds, relations, past }) => {
    const walkOn = (readSteps: StepReader) => walkFailures(readSteps, ci_ids, direction, bounds);
    if (past) {
      const walk = await walkOn(postgresStepReader(past.db, relations, past.moment));
      return { ...walk, answered_by: 'postgres' };
    }
    if (performance.now() >= askAgainAt && (await outboxLag(db, 'graph')) === 0) {
      try {
        const walk = await graph.inReadTransaction(
          (transaction) => walkOn(graphStepReader(transaction, bounds.depth + 1, relations)),
          WALK_TIMEOUT_MS,
          STEPS_AT_ONCE,
        );
        return { ...walk, answered_by: 'neo4j' };
      } catch (error) {
        if (!(error instanceof GraphUnavailableError)) throw error;
        askAgainAt = performance.now() + LEAVE_ALONE_MS;
        log.warn({ err: error }, 'Neo4j does not answer; Postgres answers in its place.');
      }
    }
    const walk = await walkOn(postgresStepReader(db, relations));
    return { ...walk, answered_by: 'postgres' };
  };
}
