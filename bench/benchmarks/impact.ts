import { sql } from 'kysely';
import { createGraph } from '../../db/graph/graph.ts';
import type { Benchmark, Size } from '../benchmark.ts';
import { emptyGraph, freshStores, graphSettings } from '../fresh-stores.ts';
import { load, startApi } from '../http-load.ts';
import { promoteAll, publish, relateAll } from '../pipeline-steps.ts';
import { stageEstate } from '../staged-estate.ts';

const ITEMS: Readonly<Record<Size, number>> = { quick: 20_000, full: 100_000 };
/** One at a time, after some for warming up. */
const REQUESTS = 500;
const WARM_UP = 50;
/** Items that fail together, each with a hundred that hang on it. */
const HUBS_AT_ONCE = 9;
const GROUPS = 20;
const MAX_IMPACTED = 1_000;

/** Impact as the API answers it from the graph, where at most a thousand items suffer. */
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
      select ci_id from items where ci_type = 'vpc' order by md5(ci_id::text)
      limit ${GROUPS * HUBS_AT_ONCE}
    `.execute(db);
    const calls: Array<{ path: string; body: object }> = [];
    let most = 0;
    for (let group = 0; group < GROUPS; group++) {
      const hubs = rows.slice(group * HUBS_AT_ONCE, (group + 1) * HUBS_AT_ONCE);
      const call = { path: '/impact', body: { ci_ids: hubs.map(({ ci_id }) => ci_id) } };
      const response = await fetch(`${api.base}${call.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(call.body),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      const { total_impacted } = (await response.json()) as { total_impacted: number };
      if (total_impacted > MAX_IMPACTED) continue;
      calls.push(call);
      most = Math.max(most, total_impacted);
    }
    progress(`${calls.length} of ${GROUPS} groups; at most ${most} suffer`);
    await load(api.base, calls, { requests: WARM_UP }, 1);
    const { latency } = await load(api.base, calls, { requests: REQUESTS }, 1);
    progress(JSON.stringify(latency));
    return [
      {
        name: 'impact, p99',
        value: latency.p99,
        reach: { at_most: 100 },
        unit: 'ms',
      },
      { name: 'impacted, at most', value: most, reach: null, unit: '' },
    ];
  },
};
