import { isNativeError } from 'node:util/types';
import { outboxLag } from '../db/postgres/outbox.ts';
import type { AppDeps } from './app-deps.ts';

/** How a component is. `behind` counts commits that the graph has not taken over yet. */
export interface ComponentHealth {
  status: 'up' | 'down' | 'disabled';
  latency_ms: number | null;
  error?: string;
  behind?: number;
}

export interface Readiness {
  /** `degraded`: everything is answered, slower; `unavailable`: not everything is. */
  status: 'ok' | 'degraded' | 'unavailable';
  components: Record<'postgres' | 'neo4j' | 'redis' | 'temporal' | 'worker', ComponentHealth>;
}

const TIMEOUT_MS = 2_000;
/** A worker that has nothing to do asks at least once a minute. */
const POLLS_WITHIN_MS = 120_000;

/**
 * Asks every component at once. Postgres and Temporal are needed, Neo4j and Redis make it fast; a
 * worker is needed for discoveries, not for answers.
 */
export async function checkComponents(deps: AppDeps): Promise<Readiness> {
  const { db, graph, cache, temporal, task_queue } = deps;
  let behind: number | undefined;
  const [postgres, neo4j, redis, temporalHealth, worker] = await Promise.all([
    // Reading a table of ours also proves that the migrations have run.
    probe(async () => {
      behind = await outboxLag(db, 'graph');
    }),
    probe(() => graph.ping()),
    cache ? probe(() => cache.ping()) : disabled,
    probe(() => temporal.ping(TIMEOUT_MS)),
    probe(async () => {
      const polled = await temporal.lastPoll(task_queue, TIMEOUT_MS);
      const isAlive = polled !== null && Date.now() - polled.getTime() < POLLS_WITHIN_MS;
      if (!isAlive) throw new NoWorkerError();
    }),
  ]);
  const needed = [postgres, temporalHealth];
  const helpful = [neo4j, redis];
  const isDown = (component: ComponentHealth) => component.status === 'down';
  return {
    status: needed.some(isDown) ? 'unavailable' : helpful.some(isDown) ? 'degraded' : 'ok',
    components: {
      postgres,
      neo4j: behind === undefined ? neo4j : { ...neo4j, behind },
      redis,
      temporal: temporalHealth,
      worker,
    },
  };
}

const disabled: ComponentHealth = { status: 'disabled', latency_ms: null };

async function probe(ask: () => Promise<void>): Promise<ComponentHealth> {
  const began = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new LateAnswerError()), TIMEOUT_MS);
  try {
    await Promise.race([ask(), late.promise]);
    return { status: 'up', latency_ms: Math.round(performance.now() - began) };
  } catch (error) {
    return { status: 'down', latency_ms: null, error: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

class NoWorkerError extends Error {
  override name = 'NoWorkerError';
  readonly code = 'no worker polls';
}

class LateAnswerError extends Error {
  override name = 'LateAnswerError';
  readonly code = `no answer in ${TIMEOUT_MS / 1000} s`;
}

/** The code alone: messages of drivers can hold addresses and user names. */
function describe(error: unknown): string {
  if (!isNativeError(error)) return 'unknown';
  return 'code' in error && error.code !== undefined ? String(error.code) : error.name;
}
