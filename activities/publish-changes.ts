import { ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { Cache } from '../db/cache/cache.ts';
import { type Graph, GraphUnavailableError } from '../db/graph/graph.ts';
import { removeEdges, writeEdges } from '../db/graph/write-edges.ts';
import { writeNodes } from '../db/graph/write-nodes.ts';
import type { Db } from '../db/postgres/database.ts';
import {
  acknowledge,
  changedEdges,
  changedNodes,
  type EdgeRow,
  endedEdges,
  nextStretch,
  nodesById,
  type OutboxStretch,
  touchedItemIds,
} from '../db/postgres/outbox.ts';
import { withPublisherLease } from '../db/postgres/publisher-lease.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

/** Commits that are read at once, and rows in one transaction at Neo4j or one pipeline at Redis. */
const TICKS_PER_STRETCH = 500;
const ROWS_PER_BATCH = 5_000;

export interface PublishedCounts {
  nodes: number;
  edges: number;
  removed_edges: number;
  /** Redis did not answer: what it holds of the changed items goes when it is back. */
  cache_is_behind: boolean;
}

/**
 * Brings the cache and the graph up to the last commit. Each reads the outbox from where it
 * stopped, so an outage of one leaves a gap nowhere: the next run goes on there.
 */
export function createPublishChanges({
  db,
  graph,
  cache,
  logger,
}: Pick<ActivityDeps, 'db' | 'graph' | 'cache' | 'logger'>) {
  return async (): Promise<PublishedCounts> => {
    const published: PublishedCounts = {
      nodes: 0,
      edges: 0,
      removed_edges: 0,
      cache_is_behind: false,
    };
    const signal = cancellationSignal();
    try {
      await beating(
        () => published,
        () =>
          withPublisherLease(db, signal, async (ensureHeld) => {
            if (cache) published.cache_is_behind = await isCacheBehind(cache);
            await drainToGraph(published, signal, ensureHeld);
          }),
      );
    } catch (error) {
      if (!(error instanceof GraphUnavailableError)) throw error;
      throw ApplicationFailure.create({
        message: `${error.message} The inventory has everything; the next discovery brings the graph up to it.`,
        type: error.code,
        cause: error,
      });
    }
    logger.info(published, 'published');
    return published;
  };

  async function isCacheBehind(reachableOrNot: Cache): Promise<boolean> {
    try {
      await drainToCache(db, reachableOrNot);
      return false;
    } catch (error) {
      logger.warn({ err: error }, 'the cache cannot be brought up to date just now');
      return true;
    }
  }

  async function drainToGraph(
    published: PublishedCounts,
    signal: AbortSignal,
    ensureHeld: () => Promise<void>,
  ): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const stretch = await nextStretch(db, 'graph', TICKS_PER_STRETCH);
      if (!stretch) return;
      // A graph that hangs is told from one that is busy before it gets a batch to be busy with.
      await graph.ping();
      await publishStretch(db, graph, stretch, published, ensureHeld);
      await ensureHeld();
      await acknowledge(db, 'graph', stretch.last_seq);
    }
  }
}

async function drainToCache(db: Db, cache: Cache): Promise<void> {
  for (;;) {
    const stretch = await nextStretch(db, 'cache', TICKS_PER_STRETCH);
    if (!stretch) return;
    for await (const ciIds of touchedItemIds(db, stretch.ticks, ROWS_PER_BATCH)) {
      await cache.invalidate(ciIds);
    }
    await acknowledge(db, 'cache', stretch.last_seq);
  }
}

/** Nodes before edges; an edge that ended after those that began, so that none comes back. */
async function publishStretch(
  db: Db,
  graph: Graph,
  { ticks }: OutboxStretch,
  published: PublishedCounts,
  ensureHeld: () => Promise<void>,
): Promise<void> {
  for await (const rows of readAhead(changedNodes(db, ticks, ROWS_PER_BATCH))) {
    await ensureHeld();
    await writeNodes(graph, rows);
    published.nodes += rows.length;
  }
  for await (const rows of readAhead(changedEdges(db, ticks, ROWS_PER_BATCH))) {
    await ensureHeld();
    await writeEdgesAndEnds(db, graph, rows);
    published.edges += rows.length;
  }
  for await (const rows of readAhead(endedEdges(db, ticks, ROWS_PER_BATCH))) {
    await ensureHeld();
    await removeEdges(graph, rows);
    published.removed_edges += rows.length;
  }
}

/** Asks for the next batch before this one is written, so that neither store waits for the other. */
async function* readAhead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = batches.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = batches.next();
      yield value;
    }
  } finally {
    // Who stops early leaves a read under way: its failure is nobody's any more.
    await Promise.allSettled([next]);
    await batches.return(undefined);
  }
}

/**
 * An end that the graph does not have – it was emptied, or restored from an older copy – is taken
 * from Postgres. No relationship is dropped for want of it.
 */
async function writeEdgesAndEnds(db: Db, graph: Graph, rows: readonly EdgeRow[]): Promise<void> {
  const waiting = await writeEdges(graph, rows);
  if (waiting.length === 0) return;
  const ends = new Set(waiting.flatMap((row) => [row.source_ci_id, row.target_ci_id]));
  await writeNodes(graph, await nodesById(db, [...ends]));
  const lost = await writeEdges(graph, waiting);
  if (lost.length > 0) {
    throw new Error(`${lost.length} relationships have an end that is not in the inventory.`);
  }
}
