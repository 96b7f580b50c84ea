import { Problem } from './problem.ts';
import type { AppContext } from './router.ts';

/**
 * Refuses a body that is not declared as JSON. Where a body may be left out, the framework takes
 * one of another type for none, and what somebody wrote would be ignored without a word.
 */
export async function refuseOtherBody(c: AppContext): Promise<void> {
  const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/json') return;
  if ((await c.req.text()).trim() === '') return;
  throw new Problem('unsupported-media-type', 'Send the body as application/json.');
}
