import { z } from '@hono/zod-openapi';

/**
 * Where a receiver is. Which addresses may be reached is judged when the connection is made, where
 * names have been resolved; see `activities/webhooks/address-guard.ts`.
 */
export const webhookUrlSchema = z
  .string()
  .max(2000, 'must not be longer than 2000 characters')
  .superRefine((text, context) => {
    const message = faultOf(text);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .openapi({ type: 'string', format: 'uri', example: 'https://hooks.example.com/cmdb' });

function faultOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    return 'must be an https address, or http within CMDB_WEBHOOK_NETWORKS';
  }
  if (url.username || url.password) return 'must not hold a user name or password';
  if (url.hash) return 'must not have a fragment';
  return null;
}
