import { z } from '@hono/zod-openapi';

/** What is wrong with one field of a request, and what it may hold. */
export const fieldErrorSchema = z
  .object({
    field: z.string().meta({ description: 'The parameter, or the path in the body.' }),
    message: z.string(),
    allowed: z
      .union([
        z.array(z.string()).meta({ description: 'Every value that is allowed.' }),
        z.object({ minimum: z.number().optional(), maximum: z.number().optional() }),
        z.object({ earliest: z.string().optional(), latest: z.string().optional() }),
      ])
      .optional(),
  })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** An error as RFC 9457 describes it. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem; stable.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'This occurrence; the log has it as request_id.' }),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
export type ProblemDocument = z.infer<typeof problemSchema>;

/** The kinds of problem; a client may act on them. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Nobody is let in without a valid token' },
  forbidden: { status: 403, title: 'The role or a restriction does not allow it' },
  'forbidden-origin': { status: 403, title: 'The request comes from another site' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The state does not allow it' },
  'history-pruned': { status: 410, title: 'History that old is not kept' },
  'version-changed': { status: 412, title: 'There is a newer version' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON' },
  'version-required': { status: 428, title: 'The request does not say which version it is for' },
  'wrong-host': { status: 421, title: 'The host is not served here' },
  'too-many-requests': { status: 429, title: 'Too many requests in a short time' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
  'component-unavailable': { status: 503, title: 'A component is not available' },
  timeout: { status: 504, title: 'The answer took too long' },
} as const;
export type ProblemKind = keyof typeof KINDS;

/** Thrown where a request cannot be answered; `api/http/render-problem.ts` turns it into JSON. */
export class Problem extends Error {
  override name = 'Problem';
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: {
      errors?: readonly FieldError[];
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.kind = kind;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  get status() {
    return KINDS[this.kind].status;
  }

  toDocument(requestId: string): ProblemDocument {
    return {
      type: `urn:problem-type:cmdb:${this.kind}`,
      ...KINDS[this.kind],
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.errors.length > 0 ? { errors: [...this.errors] } : {}),
    };
  }
}

/** What any route can answer. */
const EVERYWHERE: readonly ProblemKind[] = [
  'unauthenticated',
  'forbidden',
  'wrong-host',
  'too-many-requests',
  'internal-error',
  'timeout',
];

/** The problem responses of a route, for its OpenAPI description. */
export function problemResponses(...kinds: ProblemKind[]) {
  return Object.fromEntries(
    [...kinds, ...EVERYWHERE].map((kind) => [
      KINDS[kind].status,
      {
        description: KINDS[kind].title,
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
