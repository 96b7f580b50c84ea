import { z } from 'zod';
import type { SourceFault } from '../../model/provider.ts';
import {
  CREDENTIAL_CODES,
  DENIED_CODES,
  NOT_REGISTERED_CODES,
  THROTTLING_CODES,
  TRANSIENT_CODES,
} from './error-codes.ts';

/** A fault that this provider recognised itself, not one that Azure answered. */
export class AzureError extends Error {
  override readonly name = 'AzureError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const text = z.string().optional().catch(undefined);
/** The Resource Manager wraps an error; App Service and a few others write it in capitals, bare. */
const errorBody = z.object({
  error: z.object({ code: text, message: text }).optional().catch(undefined),
  code: text,
  message: text,
  Code: text,
  Message: text,
});

/** An answer of Azure's that is an error, as it was worded. */
export class AzureResponseError extends Error {
  override readonly name = 'AzureResponseError';
  readonly status: number;
  readonly code: string;
  readonly retry_after_ms: number | null;

  constructor(status: number, code: string, message: string, retryAfterMs: number | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retry_after_ms = retryAfterMs;
  }

  /** @param body of the answer, which a proxy on the way may have written in its own form */
  static read(status: number, body: string, retryAfterMs: number | null): AzureResponseError {
    const { error, ...bare } = errorBody.catch({}).parse(parsed(body));
    const code = error?.code ?? bare.code ?? bare.Code ?? `http_${status}`;
    const message = error?.message ?? bare.message ?? bare.Message ?? `Azure answered ${status}.`;
    return new AzureResponseError(status, code, message, retryAfterMs);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not Azure's own words; the status alone tells what happened.
    return {};
  }
}

/** What is read of other errors: those of the SDK, of @azure/identity and of Node. */
const errorSchema = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  code: text,
  statusCode: z.number().optional().catch(undefined),
  errorResponse: z.object({ error: text }).optional().catch(undefined),
});

/**
 * Translates what a call of the SDK threw.
 *
 * @param permissions what the call needs, for answers that do not say what was missing
 */
export function toAzureFault(error: unknown, permissions: readonly string[]): SourceFault {
  if (error instanceof AzureResponseError) return responseFault(error, permissions);
  if (error instanceof AzureError) return fault('permanent', error.code, error.message);
  const read = errorSchema.safeParse(error);
  if (!read.success) return fault('permanent', 'unexpected', String(error));
  const { name, message, code, statusCode, errorResponse } = read.data;
  // What the chain throws when none of its links had credentials to offer.
  if (name === 'AggregateAuthenticationError') {
    return fault('transient', 'CredentialUnavailableError', message);
  }
  if (name === 'AuthenticationError') {
    const isPassing = statusCode !== undefined && (statusCode >= 500 || statusCode === 429);
    return fault(isPassing ? 'transient' : 'permanent', errorResponse?.error ?? name, message);
  }
  if (TRANSIENT_CODES.has(name)) return fault('transient', name, message);
  if (code !== undefined && TRANSIENT_CODES.has(code)) return fault('transient', code, message);
  return fault('permanent', 'unexpected', message);
}

function responseFault(error: AzureResponseError, permissions: readonly string[]): SourceFault {
  const { status, code, message, retry_after_ms } = error;
  if (status === 429 || THROTTLING_CODES.has(code)) {
    return { ...fault('throttled', code, message), retry_after_ms };
  }
  if (status === 401 || CREDENTIAL_CODES.has(code)) {
    return fault('permanent', code, `Azure did not accept the credentials: ${message}`);
  }
  if (NOT_REGISTERED_CODES.has(code)) return fault('denied', code, message);
  if (status === 403 || DENIED_CODES.has(code)) {
    const missing_permission = actionIn(message) ?? (permissions.join(', ') || null);
    return { ...fault('denied', code, message), missing_permission };
  }
  if (status === 400 && /skip ?token|continuation ?token/i.test(message)) {
    return fault('expired', code, message);
  }
  if (status === 408 || status >= 500) {
    return { ...fault('transient', code, message), retry_after_ms };
  }
  return fault('permanent', code, message);
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

/** `The client 'x' … does not have authorization to perform action 'Microsoft.Sql/servers/read'…` */
function actionIn(message: string): string | null {
  return /perform (?:the )?action '?([\w.]+\/[\w./*-]+)/i.exec(message)?.[1] ?? null;
}

const MAX_MESSAGE_LENGTH = 500;

/** Takes out long codes: tokens, signatures of shared links, assertions. */
function withoutSecrets(message: string): string {
  return message
    .replaceAll(/[A-Za-z0-9+/=_.%-]{80,}/g, '…')
    .slice(0, MAX_MESSAGE_LENGTH)
    .trim();
}
