import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from '../../activities/webhooks/cloud-events.ts';

/** A request that the receiver got, with its body as it came. */
export interface ReceivedRequest {
  headers: IncomingHttpHeaders;
  body: string;
  events: CloudEvent[];
}

/** A receiver of webhooks that does what a test says. */
export interface Receiver extends AsyncDisposable {
  url: string;
  requests: ReceivedRequest[];
  /** The status that the next requests are answered with; 0 hangs up without an answer. */
  answer: (request: ReceivedRequest) => number;
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: Omit<Receiver, 'url' | typeof Symbol.asyncDispose> = {
    requests: [],
    answer: () => 204,
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const received = { headers: request.headers, body, events: JSON.parse(body) };
    receiver.requests.push(received);
    const status = receiver.answer(received);
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** Whether a request is signed with a secret, checked as Standard Webhooks tells receivers to. */
export function isSignedWith(secret: string, { headers, body }: ReceivedRequest): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest('base64');
  const signatures = String(headers['webhook-signature']).split(' ');
  const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']));
  return signatures.includes(`v1,${expected}`) && age < 300;
}
