import { z } from 'zod';
import type { SourceFault } from '../../model/provider.ts';
import {
  credentialsAdvice,
  isSignOnEnded,
  notEnabledAdvice,
  policyAdvice,
  SIGN_IN,
} from './advice.ts';
import {
  DENIED_CODES,
  PAGE_TOKEN_CODES,
  THROTTLING_CODES,
  TRANSIENT_CODES,
  VANISHED_CODES,
} from './error-codes.ts';

/** A fault that this provider recognised itself, not one that AWS answered. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What is read of an error: the SDK's exceptions are told by form, since each package has its own. */
const errorSchema = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  $response: z
    .object({ headers: z.record(z.string(), z.string()).optional() })
    .optional()
    .catch(undefined),
});
type ReadError = z.infer<typeof errorSchema>;

/**
 * Translates what a call of the SDK threw.
 *
 * @param permissions what the call needs, for services that do not say what was missing
 */
export function toAwsFault(error: unknown, permissions: readonly string[]): SourceFault {
  const read = errorSchema.safeParse(error);
  if (!read.success) return fault('permanent', 'unexpected', String(error));
  if (error instanceof AwsError) return fault('permanent', error.code, error.message);
  const { name, message } = read.data;
  const status = read.data.$metadata?.httpStatusCode;
  const code = codeOf(read.data);

  if (THROTTLING_CODES.has(code) || status === 429) {
    return { ...fault('throttled', code, message), retry_after_ms: retryAfterMs(read.data) };
  }
  if (PAGE_TOKEN_CODES.has(code) || isPageTokenMessage(code, message)) {
    return fault('transient', code, message);
  }
  const credentialsRefused = credentialsAdvice(code);
  if (credentialsRefused) return fault('permanent', code, credentialsRefused);
  if (isSignOnEnded(name, message)) {
    return fault('permanent', code, `The sign-on has ended. ${SIGN_IN}`);
  }
  const notEnabled = notEnabledAdvice(code);
  if (notEnabled) return fault('denied', code, notEnabled);
  if (DENIED_CODES.has(code) || status === 403 || status === 401) {
    const missing_permission = actionIn(message) ?? (permissions.join(', ') || null);
    const refused = fault('denied', code, message);
    const advice = policyAdvice(message);
    return { ...refused, message: sentences(refused.message, advice), missing_permission };
  }
  const isTransient =
    TRANSIENT_CODES.has(code) ||
    TRANSIENT_CODES.has(name) ||
    VANISHED_CODES.has(code) ||
    (status !== undefined && status > 499);
  if (isTransient) return fault('transient', code, message);
  return fault('permanent', status === undefined ? 'unexpected' : code, message);
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

/** AWS names its errors in `name`; Node's own network errors have a name that says nothing. */
function codeOf({ name, code }: ReadError): string {
  return name === 'Error' && code !== undefined ? code : name;
}

/** RDS and others refuse a marker with a general code and say in words that it was the token. */
function isPageTokenMessage(code: string, message: string): boolean {
  return /^(InvalidParameter|InvalidArgument|Validation)/.test(code)
    ? /\b(next ?token|pagination token|marker|page token)\b/i.test(message)
    : false;
}

/** AWS's words, and what to do about them. */
function sentences(message: string, advice: string | null): string {
  if (advice === null) return message;
  return `${message.replace(/\.?$/, '.')} ${advice}`;
}

/** `…is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service…` */
function actionIn(message: string): string | null {
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9*]+)/i.exec(message)?.[1] ?? null;
}

function retryAfterMs({ $response }: ReadError): number | null {
  const header = Object.entries($response?.headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'retry-after',
  )?.[1];
  if (header === undefined) return null;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? null : Math.max(0, Math.round(wait));
}

const MAX_MESSAGE_LENGTH = 500;

/** Takes out access key ids, and long codes: tokens, and EC2's encoded authorization messages. */
function withoutSecrets(message: string): string {
  return message
    .replaceAll(/\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g, '…')
    .replaceAll(/[A-Za-z0-9+/=_-]{80,}/g, '…')
    .slice(0, MAX_MESSAGE_LENGTH)
    .trim();
}
