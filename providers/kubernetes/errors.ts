import { z } from 'zod';
import type { SourceFault } from '../../model/provider.ts';

/** A fault of a cluster, or one that this provider recognised itself. Its message holds no secret. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly kind: SourceFault['kind'];
  readonly code: string;
  /** The HTTP status of the answer; null where there was none. */
  readonly status: number | null;
  readonly retry_after_ms: number | null;

  constructor(
    kind: SourceFault['kind'],
    code: string,
    message: string,
    more: { status?: number; retry_after_ms?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.code = code;
    this.status = more.status ?? null;
    this.retry_after_ms = more.retry_after_ms ?? null;
  }
}

/** The `Status` object that the API server answers where it refuses something. */
interface Status {
  reason?: string;
  message?: string;
}

const MAX_MESSAGE_LENGTH = 500;

/**
 * Reads a refusal of the API server.
 *
 * @param body as it came; a proxy before the server may answer with something else
 * @param retryAfter the header, in seconds
 */
export function refusal(status: number, body: string, retryAfter: string | undefined) {
  const { reason, message = '' } = statusObject(body);
  const code = reason || `HTTP_${status}`;
  const told = message.slice(0, MAX_MESSAGE_LENGTH) || `The API server answered ${status}.`;
  const seconds = Number(retryAfter);
  const wait = retryAfter !== undefined && seconds >= 0 ? seconds * 1000 : null;
  return new KubernetesError(kindOf(status, message), code, told, { status, retry_after_ms: wait });
}

function kindOf(status: number, message: string): SourceFault['kind'] {
  if (status === 410) return 'expired';
  // A server of another release does not read the tokens of the one before.
  if (status === 400 && /\bcontinue\b/i.test(message)) return 'expired';
  if (status === 403) return 'denied';
  if (status === 429) return 'throttled';
  if (status === 408 || status > 499) return 'transient';
  return 'permanent';
}

function statusObject(body: string): Status {
  if (!body.startsWith('{')) return {};
  try {
    const read: Status = JSON.parse(body);
    return read;
  } catch {
    // Cut off, or another program's: the HTTP status says enough.
    return {};
  }
}

/** Certificates that do not hold; trying again does not mend them. */
const CERTIFICATE_CODES = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** An answer that did not come, or not whole: Node's network errors hide behind `fetch failed`. */
export function unanswered(error: unknown, host: string): KubernetesError {
  const code = networkCode(error);
  const kind = CERTIFICATE_CODES.test(code) ? 'permanent' : 'transient';
  return new KubernetesError(kind, code, `${host} cannot be reached (${code}).`, { cause: error });
}

const networkError = z.object({
  name: z.string().optional().catch(undefined),
  // Old-fashioned errors of the platform have a number here.
  code: z.string().optional().catch(undefined),
  cause: z.unknown().optional(),
});

function networkCode(error: unknown): string {
  for (let at = error; at !== undefined; ) {
    const { data } = networkError.safeParse(at);
    if (data?.code !== undefined) return data.code;
    if (data?.name === 'TimeoutError') return data.name;
    at = data?.cause;
  }
  return 'unreachable';
}

/** Translates whatever was thrown; what is not this provider's own error is a fault in it. */
export function toKubernetesFault(error: unknown, permissions: readonly string[]): SourceFault {
  if (!(error instanceof KubernetesError)) {
    const message = error instanceof Error ? error.message : 'unknown reason';
    return {
      kind: 'permanent',
      code: 'unexpected',
      message: message.slice(0, MAX_MESSAGE_LENGTH),
      missing_permission: null,
      retry_after_ms: null,
    };
  }
  const { kind, code, message, retry_after_ms } = error;
  const isDenied = kind === 'denied';
  const missing_permission = isDenied
    ? (permissionIn(message) ?? (permissions.join(', ') || null))
    : null;
  return { kind, code, message, missing_permission, retry_after_ms };
}

/** `pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope` */
function permissionIn(message: string): string | null {
  const told = /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/.exec(message);
  return told && `${told[3] || 'core'}/${told[2]}:${told[1]}`;
}
