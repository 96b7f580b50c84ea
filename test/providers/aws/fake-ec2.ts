import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer to one call, in place of a page. */
export interface Refusal {
  status: number;
  code: string;
  message?: string;
  headers?: Record<string, string>;
}

export interface FakeEc2 extends AsyncDisposable {
  readonly url: string;
  /** The page tokens with which pages were asked for; null for the first page. */
  readonly asked: readonly (string | null)[];
  /** Asked before each page: the number of the call, from 1. */
  refuse: (call: number) => Refusal | null;
}

const PAGE_SIZE = 2;

/**
 * A fake of one action of EC2, `DescribeVolumes`, at the wire: synthetic, for what moto lacks – page
 * tokens, throttling, refusals. Its volumes are `vol-0`, `vol-1`, …, two a page.
 */
export async function startFakeEc2(volumes: number): Promise<FakeEc2> {
  const asked: (string | null)[] = [];
  let calls = 0;
  const fake = { asked, refuse: (_call: number): Refusal | null => null };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      calls += 1;
      const refusal = fake.refuse(calls);
      if (refusal) return send(response, refusal.status, errorBody(refusal), refusal.headers);
      const token = new URLSearchParams(body).get('NextToken');
      asked.push(token);
      return send(response, 200, pageBody(Number(token ?? 0), volumes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/xml', ...headers }).end(body);
}

function pageBody(start: number, volumes: number): string {
  const end = Math.min(start + PAGE_SIZE, volumes);
  let items = '';
  for (let index = start; index < end; index += 1) {
    items += `<item><volumeId>vol-${index}</volumeId><status>in-use</status></item>`;
  }
  const next = end < volumes ? `<nextToken>${end}</nextToken>` : '';
  return `<DescribeVolumesResponse><volumeSet>${items}</volumeSet>${next}</DescribeVolumesResponse>`;
}

function errorBody({ code, message = code }: Refusal): string {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `<Response><Errors>${error}</Errors><RequestID>synthetic</RequestID></Response>`;
}
