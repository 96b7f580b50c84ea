import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface WireAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is a text. */
  readonly body: unknown;
}

/** A server of one test, in place of Google. */
export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly WireRequest[];
}

/** Starts it on a free port. */
export async function startWire(
  answer: (request: WireRequest, number: number) => WireAnswer | Promise<WireAnswer>,
): Promise<Wire> {
  const asked: WireRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await readRequest(incoming);
      asked.push(request);
      const { status = 200, headers, body } = await answer(request, asked.length);
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://localhost'),
    body,
  };
}
