import { InterruptedError } from './children.ts';
import { ComponentUnavailableError } from './component-unavailable-error.ts';
import { readyNeo4j } from './components/neo4j.ts';
import { readyPostgres } from './components/postgres.ts';
import { readyRedis } from './components/redis.ts';
import type { ReadyStore, StartStore, StoreContext, StoreProfile } from './components/store.ts';
import { readyTemporal } from './components/temporal.ts';
import type { Progress } from './progress.ts';
import type { LocalState } from './state.ts';

/** What all stores have in common. */
export interface StoresRequest {
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDirectory: string;
  readonly state: LocalState;
  readonly start: StartStore;
  readonly profile: StoreProfile;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Makes PostgreSQL, Redis, Neo4j and Temporal ready, side by side.
 *
 * Redis may be missing: everything works without it, slower. When another one fails, what is still
 * under way is given up.
 *
 * @returns the variables that name them
 * @throws {ComponentUnavailableError} for the first one that cannot be had
 */
export async function readyStores(request: StoresRequest): Promise<Record<string, string>> {
  const failure = new AbortController();
  const signal = AbortSignal.any([request.signal, failure.signal]);
  const ready = async (
    title: string,
    make: (context: StoreContext) => Promise<ReadyStore>,
    optional = false,
  ): Promise<Readonly<Record<string, string>>> => {
    const step = request.progress.step(title);
    try {
      const store = await make({ ...request, step, signal });
      step.done(store.shown);
      return store.environment;
    } catch (error) {
      if (optional && error instanceof ComponentUnavailableError) {
        step.warn('goes without: answers are slower');
        request.progress.print(error.message);
        return {};
      }
      step.failed(signal.aborted ? 'given up' : 'failed');
      failure.abort();
      throw error;
    }
  };
  const outcomes = await Promise.allSettled([
    ready('PostgreSQL', readyPostgres),
    ready('Redis', readyRedis, true),
    ready('Neo4j', readyNeo4j),
    ready('Temporal', readyTemporal),
  ]);
  if (request.signal.aborted) throw new InterruptedError();
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  const unavailable = failures.find(({ reason }) => reason instanceof ComponentUnavailableError);
  const first = unavailable ?? failures.find(({ reason }) => !isAbort(reason)) ?? failures[0];
  if (first !== undefined) throw first.reason;
  return Object.assign(
    {},
    ...outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : {})),
  );
}

function isAbort(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'AbortError';
}
