import { DefaultLogger, Runtime } from '@temporalio/worker';
import getPort from 'get-port';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { startTracing } from '../db/tracing/start-tracing.ts';
import type { StartedTracing } from '../db/tracing/tracing.ts';
import type { WorkerConfig } from './config.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { workerMetrics } from './metrics/worker-metrics.ts';
import type { WorkerTracing } from './tracing/worker-tracing.ts';

/** What watches this process. */
export interface WorkerInstruments {
  onQuery: StartedTracing['onQuery'] | undefined;
  tracing: WorkerTracing | null;
  /** Stops it, and sends what waits. */
  close(): Promise<void>;
}

/**
 * Starts metrics and tracing where the configuration asks for them, and Temporal's runtime, which
 * is part of both. To be called before anything of Temporal's is made.
 */
export async function startInstruments(
  config: WorkerConfig,
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): Promise<WorkerInstruments> {
  const { CMDB_WORKER_METRICS_HOST: host, CMDB_WORKER_METRICS_PORT: port } = config;
  const stops: Array<() => void> = [];
  if (port === undefined) {
    installRuntime(logger, null);
  } else {
    // The SDK serves its metrics itself; ours are served with them, so that there is one place.
    const sdkAddress = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`;
    installRuntime(logger, sdkAddress);
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    stops.push(workerMetrics(registry));
    const url = `http://${sdkAddress}/metrics`;
    stops.push((await serveMetrics({ host, port }, registry, url, logger)).close);
  }
  const started = await startTracing('cmdb-worker', environment);
  const tracing =
    started && (await import('./tracing/worker-tracing.ts')).createWorkerTracing(started);
  return {
    onQuery: started?.onQuery,
    tracing,
    close: async () => {
      for (const stop of stops) stop();
      tracing?.stop();
      await started?.close();
    },
  };
}

/**
 * One log, in one format: Temporal's own lines too, from warnings up. The SDK's metrics are named
 * by Prometheus' rules.
 */
function installRuntime(logger: Logger, metricsAddress: string | null): void {
  const prometheus = metricsAddress && {
    bindAddress: metricsAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'ERROR' ? 'error' : 'warn']({ ...meta }, message);
    }),
    ...(prometheus ? { telemetryOptions: { metrics: { prometheus } } } : {}),
  });
}
