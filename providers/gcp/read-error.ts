import { z } from 'zod';

/** Headers to look one up in: a class of each library's own, or a plain object. */
const headersSchema = z
  .union([
    z
      .custom<{ get(name: string): string | null }>(
        (value) => typeof (value as { get?: unknown } | null)?.get === 'function',
      )
      .transform(
        (headers) =>
          (name: string): unknown =>
            headers.get(name),
      ),
    z.record(z.string(), z.unknown()).transform((headers) => (name: string) => headers[name]),
  ])
  .optional()
  .catch(undefined);

/** The error of a body: both the new shape and the old one, which Compute Engine and SQL answer. */
const bodySchema = z.object({
  message: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ reason: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
  details: z
    .array(
      z.object({
        reason: z.string().optional().catch(undefined),
        metadata: z.record(z.string(), z.string()).optional().catch(undefined),
        retryDelay: z.string().optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
});

const errorSchema = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  status: z.number().optional().catch(undefined),
  httpStatusCode: z.number().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  errorInfoMetadata: z.record(z.string(), z.string()).optional().catch(undefined),
  errors: bodySchema.shape.errors,
  retry_after_ms: z.number().optional().catch(undefined),
  response: z
    .object({
      status: z.number().optional().catch(undefined),
      headers: headersSchema,
      data: z.object({ error: bodySchema }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  cause: z.unknown().optional(),
});
/** What is read of an error, whichever client threw it: told by form, each package has its own. */
export type ReadError = z.infer<typeof errorSchema>;

/** How deep an error may stand in others. */
const MAX_DEPTH = 4;

/** The error and those that caused it, the outermost first; empty for what is no error at all. */
export function readErrors(error: unknown): ReadError[] {
  const chain: ReadError[] = [];
  for (let at = error; at != null && chain.length < MAX_DEPTH; ) {
    const read = errorSchema.safeParse(at);
    if (!read.success) break;
    chain.push(read.data);
    at = read.data.cause;
  }
  return chain;
}

/** The first thing that one of the errors tells. */
export function firstOf<T>(
  chain: readonly ReadError[],
  read: (link: ReadError) => T | null,
): T | null {
  for (const link of chain) {
    const found = read(link);
    if (found !== null) return found;
  }
  return null;
}

/** The error of a body that a library gives as the message of what it throws. */
export function bodyIn(message: string): z.infer<typeof bodySchema> | null {
  if (!message.startsWith('{')) return null;
  try {
    return z.object({ error: bodySchema }).parse(JSON.parse(message)).error;
  } catch {
    // Words that begin with a brace.
    return null;
  }
}
