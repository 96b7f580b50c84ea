import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

export interface MetricsServer {
  port: number;
  close(): void;
}

/** The SDK's own metrics are there at once, or not at all. */
const SDK_TIMEOUT_MS = 2_000;

/**
 * Serves `GET /metrics`: this process's metrics, and behind them those of Temporal's SDK, which has
 * a server of its own, so that there is one place to scrape.
 *
 * @param sdkUrl where the SDK serves its metrics, on loopback
 * @throws when the address cannot be had
 */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  registry: Registry,
  sdkUrl: string,
  logger: Logger,
): Promise<MetricsServer> {
  const answer = async (response: ServerResponse): Promise<void> => {
    const [own, sdk] = await Promise.all([registry.metrics(), sdkMetrics(sdkUrl, logger)]);
    response.writeHead(200, { 'content-type': registry.contentType }).end(`${own}\n${sdk}`);
  };
  const server = createServer((request, response) => {
    const isMetrics = request.url?.split('?')[0] === '/metrics' && request.method === 'GET';
    if (!isMetrics) {
      response.writeHead(404).end();
      return;
    }
    answer(response).catch((err) => {
      logger.error({ err }, 'the metrics cannot be told');
      response.writeHead(500).end();
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function sdkMetrics(url: string, logger: Logger): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(SDK_TIMEOUT_MS) });
    return await answer.text();
  } catch (err) {
    logger.warn({ err }, 'the metrics of the Temporal SDK cannot be had');
    return '';
  }
}
