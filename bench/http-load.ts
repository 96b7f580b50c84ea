import autocannon from 'autocannon';
import getPort from 'get-port';
import { type MeasuredProcess, startProgram } from './processes.ts';

/** The API in a process of its own, with nothing that slows one caller down. */
export async function startApi(
  environment: Readonly<Record<string, string>>,
): Promise<MeasuredProcess & { readonly base: string }> {
  const settings = {
    ...environment,
    CMDB_API_PORT: String(await getPort({ host: '127.0.0.1' })),
    CMDB_API_RATE_LIMIT: '0',
    LOG_LEVEL: 'info',
  };
  const api = startProgram('api/main.ts', settings, []);
  const base = `${await addressOf(api, 'The API is served.')}/api/v3/cmdb`;
  return { ...api, base };
}

/** Reads the port from the line with this text. */
export async function addressOf(program: MeasuredProcess, text: string): Promise<string> {
  const line = await program.printed(text);
  return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
}

export async function answered(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

/**
 * Makes the calls in turn, those with a body as POST, and fails when any answer is not a success.
 *
 * @param length for so many seconds, or so many requests: a p99 of fewer than some hundred tells little
 */
export async function load(
  base: string,
  calls: ReadonlyArray<string | { readonly path: string; readonly body: object }>,
  length: number | { readonly requests: number },
  connections: number,
): Promise<autocannon.Result> {
  const { pathname } = new URL(base);
  const prefix = pathname === '/' ? '' : pathname;
  const result = await autocannon({
    url: new URL(base).origin,
    requests: calls.map((call) =>
      typeof call === 'string'
        ? { path: `${prefix}${call}` }
        : {
            method: 'POST' as const,
            path: `${prefix}${call.path}`,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(call.body),
          },
    ),
    ...(typeof length === 'number' ? { duration: length } : { amount: length.requests }),
    connections,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${base}: ${result.non2xx} refused, ${result.errors} failed`);
  }
  return result;
}
