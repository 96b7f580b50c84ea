import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';
import type { AppEnv } from './router.ts';

/** The header of answers whose entity tag is made of what they say. */
export const contentTagHeader = z.object({
  ETag: z.string().openapi({
    description: 'Of what the answer says, for If-None-Match.',
    example: 'W/"5f1b3cd8c1a0f6e2"',
  }),
});

/** The answer to somebody who has it already, for a route's responses. */
export const notModified = {
  description: 'Nothing else than what If-None-Match names: no body.',
};

/**
 * Answers 304 where `If-None-Match` names what would be said again. It saves the way, not the work:
 * what an answer says moves with scans that write nothing, so that nothing cheaper could tell.
 *
 * Answers are for whoever asked, and are to be asked for again: no shared cache may keep them.
 */
export function revalidated(): MiddlewareHandler<AppEnv> {
  const tagged = etag({ weak: true });
  return async (c, next) =>
    tagged(c, async () => {
      await next();
      if (c.res.ok) c.header('Cache-Control', 'private, no-cache');
    });
}
