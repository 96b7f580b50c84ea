import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { writeEdges } from '../../db/graph/write-edges.ts';
import { writeNodes } from '../../db/graph/write-nodes.ts';
import type { Db } from '../../db/postgres/database.ts';
import { changedEdges, changedNodes } from '../../db/postgres/outbox.ts';
import type { Benchmark, Size } from '../benchmark.ts';
import { emptyGraph, freshStores, graphSettings } from '../fresh-stores.ts';
import { promoteAll, publish, relateAll } from '../pipeline-steps.ts';
import { stageEstate } from '../staged-estate.ts';

const ITEMS: Readonly<Record<Size, number>> = { quick: 20_000, full: 100_000 };
const ROWS_PER_BATCH = 5_000;
/** What promote and relate fill in a first discovery. */
const TABLES = [
  'items',
  'item_sources',
  'item_keys',
  'item_references',
  'resolved_references',
  'relationships',
];

/** From a staged listing to all stores, against loading the same rows in bulk. */
export const benchmark: Benchmark = {
  summary: 'promote, relate and publish, as a multiple of COPY and UNWIND of the same rows',
  async run(size, progress) {
    const items = ITEMS[size];
    await using stores = await freshStores('stores');
    const { db } = stores;
    const graph = createGraph(graphSettings());
    try {
      await warm(graph);
      await emptyGraph();
      const { runId, scopeIds } = await stageEstate(db, items);
      await sql`checkpoint`.execute(db);
      const promoted = await timed(progress, 'promote', () => promoteAll(db, runId, scopeIds));
      const related = await timed(progress, 'relate', () => relateAll(db, runId));
      const published = await timed(progress, 'publish', () => publish(db, graph));
      await emptyGraph();
      const copied = await copyAgain(stores.environment.DATABASE_URL ?? '', progress);
      const written = await writeAgain(db, graph, progress);
      const floor = copied + written;
      return [
        {
          name: `promote, relate, publish of ${items} items`,
          value: (promoted + related + published) / floor,
          reach: { at_most: 1.5 },
          unit: '× bulk load',
        },
        { name: 'promote and relate', value: (promoted + related) / copied, ...aside('× COPY') },
        { name: 'publish', value: published / written, ...aside('× UNWIND') },
      ];
    } finally {
      await graph.close();
    }
  },
};

function aside(unit: string) {
  return { reach: null, unit };
}

async function timed(
  progress: (line: string) => void,
  name: string,
  act: () => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  await act();
  const elapsed = performance.now() - started;
  progress(`${name}: ${(elapsed / 1000).toFixed(1)} s`);
  return elapsed;
}

/** A JVM compiles what it runs: both sides are to find it compiled. */
async function warm(graph: Graph): Promise<void> {
  await using stores = await freshStores('stores_warm');
  const { runId, scopeIds } = await stageEstate(stores.db, 20_000);
  await promoteAll(stores.db, runId, scopeIds);
  await relateAll(stores.db, runId);
  await publish(stores.db, graph);
}

/** Copies the tables' rows out, empties them, and copies the rows in again, with all indexes. */
async function copyAgain(url: string, progress: (line: string) => void): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'cmdb-bench-'));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = new Map<string, string>();
    for (const table of TABLES) {
      const { rows } = await client.query<{ columns: string }>(
        `select string_agg(attname, ', ') as columns from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and attgenerated = '' and not attisdropped`,
        [table],
      );
      columns.set(table, rows[0]?.columns ?? '');
      await pipeline(
        client.query(copyTo(`copy (select ${columns.get(table)} from ${table}) to stdout`)),
        createWriteStream(join(directory, table)),
      );
    }
    await client.query(`truncate ${TABLES.join(', ')} cascade`);
    await client.query('checkpoint');
    return await timed(progress, 'COPY of the same rows', async () => {
      for (const table of TABLES) {
        await pipeline(
          createReadStream(join(directory, table)),
          client.query(copyFrom(`copy ${table} (${columns.get(table)}) from stdin`)),
        );
      }
    });
  } finally {
    await client.end();
    await rm(directory, { recursive: true });
  }
}

/** Writes the same nodes and edges, read before, so that only Neo4j is timed. */
async function writeAgain(db: Db, graph: Graph, progress: (line: string) => void): Promise<number> {
  const { rows } = await sql<{ tick: number }>`
    select tick from ticks where seq is not null order by seq
  `.execute(db);
  const ticks = rows.map((row) => row.tick);
  const nodes = await collected(changedNodes(db, ticks, ROWS_PER_BATCH));
  const edges = await collected(changedEdges(db, ticks, ROWS_PER_BATCH));
  return timed(progress, 'UNWIND of the same nodes and edges', async () => {
    for (const batch of nodes) await writeNodes(graph, batch);
    for (const batch of edges) await writeEdges(graph, batch);
  });
}

async function collected<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
