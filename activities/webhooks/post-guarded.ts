import { type LookupAddress, lookup as lookupName } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedNetworks, classify } from './address-guard.ts';

/** How a request ended: what the receiver answered, or why there is no answer. */
export type PostOutcome =
  | { status: number; retry_after_ms: number | null }
  | { status: null; error_code: string };

export interface PostOptions {
  networks: AllowedNetworks;
  timeout_ms: number;
  /** The system's resolver, but for tests. */
  lookup?: typeof lookupName;
}

/** The address of a receiver is one that webhooks may not reach. */
class ForbiddenAddressError extends Error {
  override name = 'ForbiddenAddressError';
  readonly code = 'forbidden_address';
}

/**
 * Posts to a receiver that somebody named, from within our own network: addresses are judged where
 * the connection is made, so that a name which resolves to another address by then gains nothing.
 * Redirects are not followed, nothing of an answer but its status is read, and no proxy of the
 * environment is used. Plain HTTP goes to allowed networks only.
 *
 * Errors are told by their code alone: messages hold addresses.
 */
export async function postGuarded(
  url: URL,
  headers: Record<string, string>,
  body: string,
  options: PostOptions,
): Promise<PostOutcome> {
  const { promise, resolve } = Promise.withResolvers<PostOutcome>();
  const isPlain = url.protocol === 'http:';
  const guard = (address: string) => {
    const place = classify(address, options.networks);
    if (place === 'forbidden' || (isPlain && place === 'public')) throw new ForbiddenAddressError();
  };
  const fail = (error: Error) => resolve({ status: null, error_code: codeOf(error) });
  try {
    // A literal address is not looked up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) guard(host);
    const request = (isPlain ? requestHttp : requestHttps)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      lookup: guardedLookup(options.lookup ?? lookupName, guard),
      agent: false,
      signal: AbortSignal.timeout(options.timeout_ms),
    });
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      resolve({ status, retry_after_ms: retryAfterMs(response.headers['retry-after']) });
      response.destroy();
    });
    request.on('error', fail);
    request.end(body);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fail(error);
  }
  return promise;
}

/** Resolves a name, and refuses it when any of its addresses is forbidden. */
function guardedLookup(
  lookup: typeof lookupName,
  guard: (address: string) => void,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      try {
        for (const { address } of addresses) guard(address);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, '');
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

function codeOf(error: Error): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  return 'code' in error ? String(error.code) : 'failed';
}

/** @param header seconds, or a date (RFC 9110, 10.2.3) */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
