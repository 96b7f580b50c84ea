import { Gauge, type Registry } from 'prom-client';
import { type Db, poolState } from '../../db/postgres/database.ts';
import { outboxLag } from '../../db/postgres/outbox.ts';
import { readSliceGauges, type SliceGauge } from '../../db/postgres/slice-gauges.ts';
import { isDatabaseUnavailable, isStatementTimeout } from '../../db/postgres/unavailable.ts';

/** What is counted over all slices is read once in this time, however many scrape. */
const KEEP_MS = 15_000;

/**
 * Declares what the store tells at a scrape. While it is away `cmdb_store_up` is 0, and the rest
 * is not there.
 *
 * @returns asks the store; to be called before each scrape is answered
 */
export function storeMetrics(registry: Registry, db: Db): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'cmdb_store_up',
    help: 'Whether PostgreSQL answered this scrape.',
    registers,
  });
  const connections = new Gauge({
    name: 'cmdb_db_pool_connections',
    help: 'Connections to PostgreSQL, by what they do; waiting are requests for one.',
    labelNames: ['state'],
    registers,
  });
  const lag = new Gauge({
    name: 'cmdb_outbox_lag_commits',
    help: 'Commits that a consumer has not taken over yet.',
    labelNames: ['consumer'],
    registers,
  });
  const slices = new Gauge({
    name: 'cmdb_slices',
    help: 'Slices, by how their last scan ended.',
    labelNames: ['provider', 'state'],
    registers,
  });
  const stale = new Gauge({
    name: 'cmdb_slices_stale',
    help: 'Slices not proven for twice the interval of their schedule, or asked for by none.',
    labelNames: ['provider', 'state'],
    registers,
  });
  const oldestProof = new Gauge({
    name: 'cmdb_slice_oldest_proof_timestamp_seconds',
    help: 'The end of the oldest of the last complete scans.',
    labelNames: ['provider', 'state'],
    registers,
  });
  let kept: { slices: SliceGauge[]; until: number } | null = null;

  return async () => {
    const { total, idle, waiting } = poolState(db);
    connections.set({ state: 'busy' }, total - idle);
    connections.set({ state: 'idle' }, idle);
    connections.set({ state: 'waiting' }, waiting);
    const told = await askStore();
    for (const gauge of [lag, slices, stale, oldestProof]) gauge.reset();
    up.set(told ? 1 : 0);
    if (!told) return;
    lag.set({ consumer: 'graph' }, told.graph);
    lag.set({ consumer: 'cache' }, told.cache);
    for (const { provider, state, oldest_proof, ...counts } of told.slices) {
      slices.set({ provider, state }, counts.slices);
      stale.set({ provider, state }, counts.stale);
      if (oldest_proof) oldestProof.set({ provider, state }, oldest_proof.getTime() / 1000);
    }
  };

  async function askStore() {
    try {
      const [graph, cache] = await Promise.all([outboxLag(db, 'graph'), outboxLag(db, 'cache')]);
      if (!kept || performance.now() > kept.until) {
        kept = { slices: await readSliceGauges(db), until: performance.now() + KEEP_MS };
      }
      return { graph, cache, slices: kept.slices };
    } catch (error) {
      if (isDatabaseUnavailable(error) || isStatementTimeout(error)) return null;
      throw error;
    }
  }
}
