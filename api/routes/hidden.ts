import { z } from '@hono/zod-openapi';

/** Part of every answer that a walk gives: what was reached and is not for the caller to see. */
export const hiddenSchema = z.int().nonnegative().meta({
  description: 'How many more items there are that the caller may not see.',
});
