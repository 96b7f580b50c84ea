import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { parseArgs } from 'node:util';
import { createSyntheticAws } from './aws/provider.ts';
import { createSyntheticAzure } from './azure/provider.ts';
import { selfSignedCertificate } from './certificate.ts';
import { createSyntheticGcp } from './gcp/provider.ts';
import { createSyntheticKubernetes } from './kubernetes/provider.ts';
import { estateSchema } from './options.ts';
import { createSyntheticServer } from './server.ts';

/*
 * The synthetic estate: every provider at the wire, on one address of this machine, in a process of
 * its own. It prints `{"url": "…"}` when it listens, and ends when its standard input is closed.
 *
 *   node bench/synthetic/main.ts --port 9090 --estate '{"aws": {"resources": 100000}}'
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    estate: { type: 'string', default: '{}' },
    /** Serves it over TLS, too, at this port, 0 for any; it prints the certificate: `{"tls": …}`. */
    'tls-port': { type: 'string' },
    /** Where to keep that certificate, for `NODE_EXTRA_CA_CERTS` of whoever calls. */
    'certificate-file': { type: 'string' },
    /** Ends it with the process that started it. */
    'until-stdin-closes': { type: 'boolean', default: false },
  },
});
const estate = estateSchema.parse(JSON.parse(values.estate));
const server = createSyntheticServer([
  createSyntheticKubernetes(estate),
  createSyntheticAws(estate),
  createSyntheticAzure(estate),
  createSyntheticGcp(estate),
]);
const url = `http://127.0.0.1:${await listen(server, Number(values.port))}`;
const tlsPort = values['tls-port'];
const tls = tlsPort === undefined ? null : await serveTls(Number(tlsPort));
console.log(JSON.stringify({ url, tls }));
if (values['until-stdin-closes']) process.stdin.resume().on('end', () => process.exit(0));

/** The same, over TLS: clients that hand a token to nobody in the open come here. */
async function serveTls(wanted: number): Promise<{ url: string; certificate: string }> {
  const { key, certificate } = await selfSignedCertificate();
  const file = values['certificate-file'];
  if (file !== undefined) await writeFile(file, certificate);
  const listener = createTlsServer({ key, cert: certificate }, (request, response) =>
    server.emit('request', request, response),
  );
  listener.keepAliveTimeout = server.keepAliveTimeout;
  return { url: `https://127.0.0.1:${await listen(listener, wanted)}`, certificate };
}

async function listen(listener: Server, port: number): Promise<number> {
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}
