/** The least that lets in; `public`: nobody has to say who they are. */
export type Expected = 'public' | 'reader' | 'operator' | 'admin';

/**
 * What becomes of somebody who is restricted to a part of the inventory: answered about that part,
 * or refused, whatever their role.
 */
export type ExpectedPart = 'filtered' | 'refused';

const BASE = '/api/v3/cmdb';

/**
 * Who is let in where: every operation, written down beside the code and not taken from it. A route
 * whose role changes, a new one and one that is gone fail until a person has changed this table.
 */
export const EXPECTED: Readonly<Record<string, readonly [Expected, ExpectedPart]>> = {
  'GET /health/live': ['public', 'filtered'],
  'GET /health/ready': ['public', 'filtered'],
  'GET /metrics': ['reader', 'refused'],

  'POST /discover': ['operator', 'refused'],
  [`POST ${BASE}/discover`]: ['operator', 'refused'],
  [`GET ${BASE}/discoveries`]: ['reader', 'refused'],
  [`GET ${BASE}/discoveries/{id}`]: ['reader', 'refused'],
  [`POST ${BASE}/discoveries/{id}/cancel`]: ['operator', 'refused'],
  [`POST ${BASE}/discoveries/{id}/pause`]: ['operator', 'refused'],
  [`POST ${BASE}/discoveries/{id}/resume`]: ['operator', 'refused'],

  [`GET ${BASE}/cis`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}/sources`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}/history`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}/dependencies`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}/relationships`]: ['reader', 'filtered'],
  [`GET ${BASE}/ci/{ci_id}/impact`]: ['reader', 'filtered'],
  // A question that is too long for a query.
  [`POST ${BASE}/impact`]: ['reader', 'filtered'],
  [`GET ${BASE}/stats`]: ['reader', 'filtered'],
  [`GET ${BASE}/duplicates`]: ['reader', 'filtered'],
  [`GET ${BASE}/duplicates/decisions`]: ['reader', 'filtered'],
  [`PUT ${BASE}/duplicates/decisions`]: ['operator', 'filtered'],
  [`DELETE ${BASE}/duplicates/decisions/{decision_id}`]: ['operator', 'filtered'],
  [`GET ${BASE}/changes`]: ['reader', 'filtered'],
  [`GET ${BASE}/diff`]: ['reader', 'filtered'],
  [`GET ${BASE}/graph`]: ['reader', 'filtered'],
  [`GET ${BASE}/path`]: ['reader', 'refused'],
  [`GET ${BASE}/spof`]: ['reader', 'refused'],
  [`POST ${BASE}/cypher`]: ['operator', 'refused'],
  [`GET ${BASE}/references/unresolved`]: ['reader', 'refused'],
  [`GET ${BASE}/keys/ambiguous`]: ['reader', 'refused'],

  [`PATCH ${BASE}/ci/{ci_id}`]: ['operator', 'filtered'],
  [`POST ${BASE}/cis`]: ['operator', 'refused'],
  [`GET ${BASE}/cis/declared/{declared_id}`]: ['reader', 'refused'],
  [`PUT ${BASE}/cis/declared/{declared_id}`]: ['operator', 'refused'],
  [`DELETE ${BASE}/cis/declared/{declared_id}`]: ['operator', 'refused'],
  [`GET ${BASE}/relationships/declared`]: ['reader', 'refused'],
  [`POST ${BASE}/relationships`]: ['operator', 'refused'],
  [`GET ${BASE}/relationships/declared/{declared_id}`]: ['reader', 'refused'],
  [`PUT ${BASE}/relationships/declared/{declared_id}`]: ['operator', 'refused'],
  [`DELETE ${BASE}/relationships/declared/{declared_id}`]: ['operator', 'refused'],

  [`GET ${BASE}/coverage`]: ['reader', 'refused'],
  [`GET ${BASE}/coverage/{slice_id}`]: ['reader', 'refused'],
  [`GET ${BASE}/coverage/{slice_id}/held`]: ['reader', 'refused'],
  [`POST ${BASE}/coverage/{slice_id}/approve-loss`]: ['operator', 'refused'],

  [`GET ${BASE}/schedules`]: ['reader', 'refused'],
  [`POST ${BASE}/schedules`]: ['operator', 'refused'],
  [`GET ${BASE}/schedules/{schedule_id}`]: ['reader', 'refused'],
  [`PATCH ${BASE}/schedules/{schedule_id}`]: ['operator', 'refused'],
  [`DELETE ${BASE}/schedules/{schedule_id}`]: ['operator', 'refused'],
  [`POST ${BASE}/schedules/{schedule_id}/pause`]: ['operator', 'refused'],
  [`POST ${BASE}/schedules/{schedule_id}/resume`]: ['operator', 'refused'],
  [`POST ${BASE}/schedules/{schedule_id}/trigger`]: ['operator', 'refused'],
  [`POST ${BASE}/schedules/{schedule_id}/backfill`]: ['operator', 'refused'],

  [`GET ${BASE}/tokens`]: ['admin', 'refused'],
  [`POST ${BASE}/tokens`]: ['admin', 'refused'],
  [`DELETE ${BASE}/tokens/{token_id}`]: ['admin', 'refused'],
  [`GET ${BASE}/audit`]: ['admin', 'refused'],
  [`GET ${BASE}/webhooks`]: ['admin', 'refused'],
  [`POST ${BASE}/webhooks`]: ['admin', 'refused'],
  [`GET ${BASE}/webhooks/{webhook_id}`]: ['admin', 'refused'],
  [`PATCH ${BASE}/webhooks/{webhook_id}`]: ['admin', 'refused'],
  [`DELETE ${BASE}/webhooks/{webhook_id}`]: ['admin', 'refused'],
  [`POST ${BASE}/webhooks/{webhook_id}/secret`]: ['admin', 'refused'],
  [`GET ${BASE}/webhooks/{webhook_id}/deliveries`]: ['admin', 'refused'],
  [`POST ${BASE}/webhooks/{webhook_id}/deliveries/{delivery_id}/replay`]: ['admin', 'refused'],
  [`POST ${BASE}/webhooks/{webhook_id}/replay`]: ['admin', 'refused'],
};

/** What the app answers beside the operations of its document: the pages, and the document itself. */
export const PUBLIC_FILES: readonly string[] = [
  '/',
  '/docs',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/openapi.json',
  '/web/docs.js',
  '/web/icon.svg',
  '/web/page.css',
  '/web/page.js',
];
