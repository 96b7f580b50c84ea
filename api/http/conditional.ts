import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';
import type { AppEnv } from './router.ts';

/** The condition of requests that already have an answer. */
export const ifNoneMatchHeader = z.object({
  'if-none-match': z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: 'The ETag of the answer that you have: 304 while it still holds.' }),
});

/** The description of the answer to it. */
export const NOT_MODIFIED = { description: 'The answer that you have still holds.' };

/** Gives answers an entity tag, a hash where they have none, and heeds If-None-Match. */
export function conditional(): MiddlewareHandler<AppEnv> {
  return etag({ weak: true });
}
