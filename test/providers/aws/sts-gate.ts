import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StsGate extends AsyncDisposable {
  /** The roles that were asked for, in order, with the external id that came along. */
  readonly assumed: ReadonlyArray<{ role: string; external_id: string | null }>;
  /** Accounts whose roles may not be assumed. */
  readonly closed: Set<string>;
}

/**
 * Stands before moto's STS, which lets anybody assume any role: refuses those of closed accounts as
 * AWS does. The SDK is pointed at it until it is disposed.
 */
export async function startStsGate(motoUrl: string): Promise<StsGate> {
  const assumed: { role: string; external_id: string | null }[] = [];
  const closed = new Set<string>();
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const form = new URLSearchParams(body);
      const role = form.get('RoleArn') ?? '';
      if (form.get('Action') === 'AssumeRole') {
        assumed.push({ role, external_id: form.get('ExternalId') });
        if (closed.has(role.split(':')[4] ?? '')) {
          response.writeHead(403, { 'content-type': 'text/xml' }).end(refusal(role));
          return;
        }
      }
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        /^(authorization|content-type|x-amz-)/.test(name) ? [[name, String(value)]] : [],
      );
      const answer = await fetch(motoUrl, {
        method: 'POST',
        headers: Object.fromEntries(headers),
        body,
      });
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = process.env.AWS_ENDPOINT_URL_STS;
  process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    assumed,
    closed,
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env.AWS_ENDPOINT_URL_STS;
      else process.env.AWS_ENDPOINT_URL_STS = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As STS answers it, whether the role is missing, or does not trust who asks. */
function refusal(role: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
    <Type>Sender</Type><Code>AccessDenied</Code>
    <Message>User: arn:aws:iam::123456789012:user/cmdb is not authorized to perform: sts:AssumeRole on resource: ${role}</Message>
  </Error><RequestId>0a1b2c3d</RequestId></ErrorResponse>`;
}
