import type { SourceFault } from '../../model/provider.ts';
import { CREDENTIAL_MESSAGES, DENIED_REASONS, THROTTLING_REASONS } from './error-reasons.ts';
import { bodyIn, firstOf, type ReadError, readErrors } from './read-error.ts';

/** A fault that this provider recognised itself, not one that Google answered. */
export class GcpError extends Error {
  override readonly name = 'GcpError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Google's codes of faults (`google.rpc.Code`), which gax gives in place of HTTP's. */
const RPC_CODES: Readonly<Record<number, { name: string; kind: SourceFault['kind'] }>> = {
  1: { name: 'CANCELLED', kind: 'transient' },
  2: { name: 'UNKNOWN', kind: 'permanent' },
  3: { name: 'INVALID_ARGUMENT', kind: 'permanent' },
  4: { name: 'DEADLINE_EXCEEDED', kind: 'transient' },
  5: { name: 'NOT_FOUND', kind: 'permanent' },
  6: { name: 'ALREADY_EXISTS', kind: 'permanent' },
  7: { name: 'PERMISSION_DENIED', kind: 'denied' },
  8: { name: 'RESOURCE_EXHAUSTED', kind: 'throttled' },
  9: { name: 'FAILED_PRECONDITION', kind: 'permanent' },
  10: { name: 'ABORTED', kind: 'transient' },
  11: { name: 'OUT_OF_RANGE', kind: 'permanent' },
  12: { name: 'UNIMPLEMENTED', kind: 'permanent' },
  13: { name: 'INTERNAL', kind: 'transient' },
  14: { name: 'UNAVAILABLE', kind: 'transient' },
  15: { name: 'DATA_LOSS', kind: 'permanent' },
  16: { name: 'UNAUTHENTICATED', kind: 'permanent' },
};

/** HTTP's codes in Google's terms, for the clients that do not go through gax. */
function rpcCodeOf(status: number): number {
  if (status === 401) return 16;
  if (status === 403) return 7;
  if (status === 404) return 5;
  if (status === 408) return 4;
  if (status === 429) return 8;
  if (status === 400) return 3;
  return status > 499 ? (status === 500 ? 13 : 14) : 2;
}

/** Codes of Node's network errors, from below the clients. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Translates what a call threw.
 *
 * @param permissions what the call needs, for answers that do not say what was missing
 */
export function toGcpFault(error: unknown, permissions: readonly string[]): SourceFault {
  if (error instanceof GcpError) return fault('permanent', error.code, error.message);
  const chain = readErrors(error);
  const [first] = chain;
  if (!first) return fault('permanent', 'unexpected', String(error));
  const { message } = first;
  const reason = reasonOf(chain);
  const rpc = rpcOf(chain);

  if (CREDENTIAL_MESSAGES.some((pattern) => chain.some((link) => pattern.test(link.message)))) {
    return fault('permanent', 'credentials', credentialsRefused(message));
  }
  if (THROTTLING_REASONS.has(reason ?? '') || rpc?.kind === 'throttled') {
    const retry_after_ms = firstOf(chain, retryAfterOf);
    return { ...fault('throttled', reason ?? 'RESOURCE_EXHAUSTED', message), retry_after_ms };
  }
  if (DENIED_REASONS.has(reason ?? '') || rpc?.kind === 'denied') {
    const isUnused = reason !== null && DENIED_REASONS.get(reason) === 'not_in_use';
    const missing = isUnused ? null : (permissionIn(chain) ?? (permissions.join(', ') || null));
    return {
      ...fault('denied', reason ?? 'PERMISSION_DENIED', message),
      missing_permission: missing,
    };
  }
  if (rpc?.name === 'INVALID_ARGUMENT' && /page ?token/i.test(message)) {
    return fault('expired', 'invalid_page_token', message);
  }
  if (rpc) return fault(rpc.kind, reason ?? rpc.name, message);
  const network = chain.find(({ code }) => typeof code === 'string' && NETWORK_CODES.has(code));
  if (network) return fault('transient', String(network.code), message);
  const isAborted = chain.some(({ name }) => name === 'AbortError' || name === 'TimeoutError');
  return fault(
    isAborted ? 'transient' : 'permanent',
    isAborted ? 'aborted' : 'unexpected',
    message,
  );
}

function fault(kind: SourceFault['kind'], code: string, message: string): SourceFault {
  return {
    kind,
    code,
    message: withoutSecrets(message) || code,
    missing_permission: null,
    retry_after_ms: null,
  };
}

/** Numbers under 17 are Google's codes, those above 99 HTTP's; texts are Node's or an HTTP code. */
function rpcOf(chain: readonly ReadError[]) {
  return firstOf(chain, ({ code, status, httpStatusCode, response }) => {
    const numbers = [Number(code), status, httpStatusCode, response?.status];
    const told = numbers.find((number) => number !== undefined && RPC_CODES[number]);
    if (told !== undefined) return RPC_CODES[told] ?? null;
    const http = numbers.find((number) => number !== undefined && number > 399 && number < 600);
    return http === undefined ? null : (RPC_CODES[rpcCodeOf(http)] ?? null);
  });
}

/** Google's word for what went wrong, e.g. `SERVICE_DISABLED`, `rateLimitExceeded`. */
function reasonOf(chain: readonly ReadError[]): string | null {
  return firstOf(chain, ({ reason, errors, response, message }) => {
    const body = response?.data?.error ?? bodyIn(message);
    const known = [
      reason,
      body?.details?.find((detail) => detail.reason)?.reason,
      errors?.[0]?.reason,
      body?.errors?.[0]?.reason,
    ];
    // `forbidden` says no more than 403 does.
    return known.find((one) => one && one !== 'forbidden') ?? null;
  });
}

/** Said in the details, or in words: `Required 'compute.instances.list' permission for …`. */
function permissionIn(chain: readonly ReadError[]): string | null {
  return firstOf(chain, ({ message, errorInfoMetadata, response }) => {
    const details = response?.data?.error.details ?? [];
    return (
      errorInfoMetadata?.permission ??
      details.find(({ metadata }) => metadata?.permission)?.metadata?.permission ??
      /'?\b([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+)'? (?:permission|access|denied)/i.exec(message)?.[1] ??
      /permission '?([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+)'?/i.exec(message)?.[1] ??
      null
    );
  });
}

function retryAfterOf({ retry_after_ms, response }: ReadError): number | null {
  if (retry_after_ms !== undefined) return retry_after_ms;
  const delay = response?.data?.error.details?.find((detail) => detail.retryDelay)?.retryDelay;
  if (delay) return Math.round(Number.parseFloat(delay) * 1000);
  const header = response?.headers?.('retry-after');
  return header == null ? null : waitOf(String(header));
}

/** How long a Retry-After header means, in milliseconds; null where it says nothing. */
export function waitOf(header: string): number | null {
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? null : Math.max(0, Math.round(wait));
}

function credentialsRefused(message: string): string {
  return `Google did not accept the credentials: ${withoutSecrets(message) || 'no reason given'}`;
}

const MAX_MESSAGE_LENGTH = 500;

/** Takes out tokens and keys: OAuth's begin with `ya29.`, API keys with `AIza`. */
function withoutSecrets(message: string): string {
  return message
    .replaceAll(/\bya29\.[\w.-]+/g, '…')
    .replaceAll(/\bAIza[\w-]{20,}/g, '…')
    .replaceAll(/[A-Za-z0-9+/=_-]{80,}/g, '…')
    .slice(0, MAX_MESSAGE_LENGTH)
    .trim();
}
