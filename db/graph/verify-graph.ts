import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../postgres/database.ts';
import { countGraphRows } from '../postgres/graph-rows.ts';
import { acknowledgedSeq, outboxLag } from '../postgres/outbox.ts';
import { type Fault, isEqual, Tally, type TypeTally } from './faults.ts';
import type { Graph } from './graph.ts';
import { countNameless } from './nameless-nodes.ts';
import { PAGE_ROWS, type Pair, pairStores } from './pair-stores.ts';
import type { InStore, ProjectedKind, Projection } from './projected.ts';
import { projectedEdges } from './projected-edges.ts';
import { projectedNodes } from './projected-nodes.ts';

export interface VerifyOptions {
  /** Of each sort of fault, how many are told one by one. */
  faults_told: number;
  /** How long it waits, in all, for changes that have not been published yet. */
  wait_ms: number;
  /** Of each store, in memory. */
  page_rows?: number;
  onProgress?: (progress: GraphProgress) => void;
}

export interface GraphProgress {
  kind: ProjectedKind;
  /** Of all kinds. */
  rows_done: number;
  rows_total: number;
}

export interface GraphReport {
  /** Nothing is at fault, and nothing waits. */
  is_equal: boolean;
  types: TypeTally[];
  /** The first of each sort. */
  faults: Fault[];
  missing: number;
  superfluous: number;
  differing: number;
  /** Changed since the last publication, so that they cannot be compared yet. */
  waiting: number;
  /** Commits that the graph has still to be brought. */
  commits_behind: number;
}

const SUSPECTS_AT_ONCE = 1_000;
const POLL_MS = 500;

/**
 * Compares the graph with Postgres, item by item and relationship by relationship, in memory that does
 * not grow with the inventory.
 *
 * It is right while discoveries run. What looks different at first is read again, first how far the
 * graph has been brought, then the graph, then Postgres: if the last commit that touched the thing is
 * among those that have arrived, nothing excuses the difference; otherwise the publisher is
 * waited for.
 */
export async function verifyGraph(
  db: Db,
  graph: Graph,
  { faults_told, wait_ms, page_rows = PAGE_ROWS, onProgress = () => {} }: VerifyOptions,
): Promise<GraphReport> {
  const tally = new Tally(faults_told);
  const waiting = { left_ms: wait_ms };
  const rows_total = await countGraphRows(db);
  let rows_done = 0;
  const compare = async <Row>(projection: Projection<Row>) => {
    const suspects: Array<Pair<Row>> = [];
    for await (const pairs of pairStores(projection, db, graph, page_rows)) {
      for (const pair of pairs) {
        if (isEqual(pair)) tally.add(projection, pair);
        else suspects.push(pair);
      }
      while (suspects.length >= SUSPECTS_AT_ONCE) {
        const some = suspects.splice(0, SUSPECTS_AT_ONCE);
        await settle(db, graph, projection, some, tally, waiting);
      }
      rows_done += pairs.filter(({ store }) => store !== null).length;
      onProgress({ kind: projection.kind, rows_done, rows_total });
    }
    await settle(db, graph, projection, suspects, tally, waiting);
  };
  await compare(projectedNodes);
  tally.addNameless(await countNameless(graph));
  await compare(projectedEdges);
  return tally.report(await outboxLag(db, 'graph'));
}

/** Reads again what looked different, until it is known what it is or the time is up. */
async function settle<Row>(
  db: Db,
  graph: Graph,
  projection: Projection<Row>,
  suspects: ReadonlyArray<Pair<Row>>,
  tally: Tally,
  waiting: { left_ms: number },
): Promise<void> {
  let open = suspects;
  while (open.length > 0) {
    const acknowledged = await acknowledgedSeq(db, 'graph');
    const again = await readAgain(db, graph, projection, open);
    const things = again.flatMap(({ store, graph: copies }) => store ?? copies[0] ?? []);
    const changedAt = await projection.changedAt(db, things);
    open = again.filter((pair) => {
      const id = pair.store?.id ?? pair.graph[0]?.id ?? '';
      const isOnItsWay = !isEqual(pair) && (changedAt.get(id) ?? 0) > acknowledged;
      if (!isOnItsWay) tally.add(projection, pair);
      return isOnItsWay;
    });
    if (open.length === 0) return;
    if (waiting.left_ms <= 0) return tally.addWaiting(open.length);
    waiting.left_ms -= POLL_MS;
    await sleep(POLL_MS);
  }
}

/** Postgres last: what the graph has then, Postgres had before. */
async function readAgain<Row>(
  db: Db,
  graph: Graph,
  projection: Projection<Row>,
  pairs: ReadonlyArray<Pair<Row>>,
): Promise<Array<Pair<Row>>> {
  const things = pairs.flatMap(({ store, graph: copies }) => store ?? copies[0] ?? []);
  const inGraph = Map.groupBy(await projection.graphAt(graph, things), ({ place }) => place);
  const inStore = new Map<string, InStore<Row>>(
    (await projection.storeAt(db, things)).map((thing) => [thing.place, thing]),
  );
  return things
    .map(({ place }) => ({
      store: inStore.get(place) ?? null,
      graph: inGraph.get(place) ?? [],
    }))
    .filter(({ store, graph: copies }) => store !== null || copies.length > 0);
}
