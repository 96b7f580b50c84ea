import { createRoute, z } from '@hono/zod-openapi';
import { type AuditEntry, listAudit } from '../../db/postgres/audit.ts';
import { roleSchema } from '../../model/access.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const instant = z.iso.datetime({
  offset: true,
  error: 'must be a time such as 2026-01-31T12:00:00Z',
});

const entrySchema = z
  .object({
    audit_id: z.int().positive(),
    at: instant,
    request_id: z.uuid().meta({ description: 'The log has it, and the answer had it.' }),
    principal: z.object({
      kind: z.enum(['local', 'token', 'oidc', 'cli']),
      id: z.string(),
      name: z.string(),
      role: roleSchema,
    }),
    method: z.string(),
    operation: z.string(),
    path: z.string(),
    address: z.string().nullable(),
    status: z.int().nullable().meta({
      description: 'Null while it runs, and where its end was lost: it may have been done.',
    }),
  })
  .meta({ id: 'AuditEntry' });

const auditSchema = z
  .object({ items: z.array(entrySchema), next_cursor: z.string().nullable() })
  .meta({ id: 'Audit' });

const place = cursorOf(z.int().positive());

export const route = createRoute({
  method: 'get',
  path: '/audit',
  ...needs('admin'),
  tags: ['Access'],
  summary: 'Who wrote what',
  description: 'Every write that somebody tried, also those that were refused. No bodies are kept.',
  request: {
    query: queryOf({
      principal: plainText.optional().meta({ description: 'The name of a principal.' }),
      since: instant.optional(),
      until: instant.optional().meta({ description: 'Before then.' }),
      limit: wholeNumber(1, 1000, 100),
      cursor: place.param,
    }),
  },
  responses: {
    200: jsonResponse(auditSchema, 'The newest first.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

/** The log of all writes, for admins. */
export function auditRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { principal, since, until, limit, cursor } = c.req.valid('query');
    const filter = {
      principal,
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
    };
    const { entries, next } = await listAudit(deps.db, filter, limit, cursor);
    const next_cursor = next === null ? null : place.encode(next);
    return c.json(
      answerOf(deps, auditSchema, { items: entries.map(toDocument), next_cursor }),
      200,
    );
  });
  return app;
}

function toDocument(entry: AuditEntry): z.output<typeof entrySchema> {
  const { principal_kind, principal_id, principal_name, role, at, ...rest } = entry;
  return {
    ...rest,
    at: at.toISOString(),
    principal: { kind: principal_kind, id: principal_id, name: principal_name, role },
  };
}
