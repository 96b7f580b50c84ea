import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createSyntheticAws } from './aws/provider.ts';
import { createSyntheticGcp } from './gcp/provider.ts';
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
    /** Ends it with the process that started it. */
    'until-stdin-closes': { type: 'boolean', default: false },
  },
});
const estate = estateSchema.parse(JSON.parse(values.estate));
const server = createSyntheticServer([createSyntheticAws(estate), createSyntheticGcp(estate)]);
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(
    JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
  );
});
if (values['until-stdin-closes']) process.stdin.resume().on('end', () => process.exit(0));
