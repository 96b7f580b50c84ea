import type { z } from '@hono/zod-openapi';
import type { AppDeps } from '../app-deps.ts';

/**
 * Hands an answer on to be sent, having checked it against its schema where that is wanted. The
 * compiler checks the shape; what it cannot see are values, such as a malformed time.
 *
 * @throws {z.ZodError} when the answer is not what its schema promises
 */
export function answerOf<Schema extends z.ZodType>(
  deps: Pick<AppDeps, 'check_answers'>,
  schema: Schema,
  answer: z.output<Schema>,
): z.output<Schema> {
  if (deps.check_answers) schema.parse(answer);
  return answer;
}

/** The description of a JSON answer for OpenAPI. */
export function jsonResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
