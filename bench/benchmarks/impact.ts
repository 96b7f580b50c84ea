import { sql } from 'kysely';
import { createGraph } from '../../db/graph/graph.ts';
import type { Benchmark, Size } from '../benchmark.ts';
import { emptyGraph, freshStores, graphSettings } from '../fresh-stores.ts';
import { load, startApi } from '../http-load.ts';
import { promoteAll, publish, relateAll } from '../pipeline-steps.ts';
import { stageEstate } from '../staged-estate.ts';

const ITEMS: Readonly<Record<Size, number>> = { quick: 20_000, full: 100_000 };
const SECONDS: Readonly<Record<Size, number>> = { quick: 5, full: 20 };
const SAMPLE = 200;
const MAX_IMPACTED = 1_000;

/** Impact as the API answers it from the graph, of items that at most a thousand others hang on. */
export const benchmark: Benchmark = {
  summary: `impact of items where at most ${MAX_IMPACTED} others suffer`,
  async run(size, progress) {
    await using stores = await freshStores('impact');
    const { db } = stores;
    const graph = createGraph(graphSettings());
    try {
      await emptyGraph();
      const { runId, scopeIds } = await stageEstate(db, ITEMS[size]);
      await promoteAll(db, runId, scopeIds);
      await relateAll(db, runId);
      await publish(db, graph);
    } finally {
      await graph.close();
    }
    await using api = await startApi(stores.environment);
    const { rows } = await sql<{ ci_id: string }>`
      select ci_id from items order by md5(ci_id::text) limit ${SAMPLE}
    `.execute(db);
    const paths: string[] = [];
    const counts: number[] = [];
    for (const { ci_id } of rows) {
      const path = `/ci/${ci_id}/impact`;
      const response = await fetch(`${api.base}${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      const { total_impacted } = (await response.json()) as { total_impacted: number };
      if (total_impacted > MAX_IMPACTED) continue;
      paths.push(path);
      counts.push(total_impacted);
    }
    const most = Math.max(...counts);
    progress(`${paths.length} of ${SAMPLE} items; at most ${most} suffer`);
    const { latency } = await load(api.base, paths, SECONDS[size], 1);
    progress(JSON.stringify(latency));
    return [
      {
        name: `impact, up to ${most} of ${ITEMS[size]}, p99`,
        value: latency.p99,
        reach: { at_most: 100 },
        unit: 'ms',
      },
    ];
  },
};
