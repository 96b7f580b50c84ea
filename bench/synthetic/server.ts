import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SyntheticAnswer, SyntheticProvider, SyntheticRequest } from './call.ts';
import { faultOf } from './faults.ts';
import { type Faults, faultsSchema } from './options.ts';

/** What was asked, for a test or a benchmark to read. */
export interface SyntheticStatistics {
  calls: number;
  throttled: number;
  denied: number;
  failed: number;
  bytes: number;
  /** Calls of each operation. */
  operations: Record<string, number>;
}

const CONTROL = '/_synthetic/';
const KEEP_ALIVE_MS = 60_000;

/**
 * Serves the providers on one address. Beside them, for whoever drives it:
 * `GET /_synthetic/statistics`, `DELETE /_synthetic/statistics` (from zero), `PUT /_synthetic/faults`
 * and `PUT /_synthetic/epoch` with the number of changes that the estate went through.
 */
export function createSyntheticServer(providers: readonly SyntheticProvider[]): Server {
  let faults: Faults = faultsSchema.parse({});
  let statistics = noStatistics();
  let epoch = 0;
  let number = 0;

  async function answer(request: SyntheticRequest): Promise<SyntheticAnswer> {
    for (const provider of providers) {
      const call = provider.recognise(request);
      if (call === null) continue;
      number += 1;
      statistics.calls += 1;
      statistics.operations[call.operation] = (statistics.operations[call.operation] ?? 0) + 1;
      const fault = faultOf(faults, call, number);
      if (faults.latency_ms > 0) await sleep(faults.latency_ms);
      if (fault === null) return provider.answer(call, epoch);
      statistics[fault] += 1;
      const refusal = provider.refuse(call, fault);
      if (fault !== 'throttled' || faults.retry_after_s === null) return refusal;
      const headers = { ...refusal.headers, 'retry-after': String(faults.retry_after_s) };
      return { ...refusal, headers };
    }
    return json(404, { error: `No provider knows ${request.method} ${request.url.pathname}.` });
  }

  function control({ method, url, body }: SyntheticRequest): SyntheticAnswer {
    const what = `${method} ${url.pathname.slice(CONTROL.length)}`;
    if (what === 'GET statistics') return json(200, statistics);
    if (what === 'DELETE statistics') statistics = noStatistics();
    else if (what === 'PUT faults') {
      const parsed = faultsSchema.safeParse(JSON.parse(body));
      if (!parsed.success) return json(400, parsed.error.issues);
      faults = parsed.data;
    } else if (what === 'PUT epoch') {
      const parsed = z.int().min(0).safeParse(JSON.parse(body));
      if (!parsed.success) return json(400, parsed.error.issues);
      epoch = parsed.data;
    } else return json(404, { error: `There is no ${what}.` });
    return json(200, {});
  }

  const server = createServer((incoming, outgoing) => {
    void readRequest(incoming)
      .then((request) =>
        request.url.pathname.startsWith(CONTROL) ? control(request) : answer(request),
      )
      .catch((error: unknown) => json(500, { error: String(error) }))
      .then((result) => {
        statistics.bytes += result.body.length;
        return send(outgoing, result, faults.slow_body_ms);
      });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

function noStatistics(): SyntheticStatistics {
  return { calls: 0, throttled: 0, denied: 0, failed: 0, bytes: 0, operations: {} };
}

async function readRequest(incoming: IncomingMessage): Promise<SyntheticRequest> {
  let body = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming) body += chunk;
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`),
    headers: incoming.headers,
    body,
  };
}

async function send(
  outgoing: ServerResponse,
  { status, headers, body }: SyntheticAnswer,
  slowBodyMs: number,
): Promise<void> {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (slowBodyMs === 0) {
    outgoing.end(body);
    return;
  }
  const half = Math.floor(body.length / 2);
  outgoing.write(body.slice(0, half));
  await sleep(slowBodyMs);
  outgoing.end(body.slice(half));
}

export function json(status: number, body: unknown): SyntheticAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
