import { createRoute, z } from '@hono/zod-openapi';
import { findStaleItems } from '../../db/postgres/find-stale-items.ts';
import { overrideItem } from '../../db/postgres/override-item.ts';
import { signatureOf } from '../../model/access.ts';
import { OVERRIDABLE_FIELDS, STATUS_OVERRIDES } from '../../model/overrides.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import {
  entityTagHeader,
  expectedVersion,
  ifMatchHeader,
  itemTagOf,
  versionChanged,
} from '../http/entity-tag.ts';
import { ciIdParam, noQuery, plainText } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { requestPublication } from '../publish.ts';
import { readItem, readItemOfThing } from '../read-item.ts';
import { itemSchema, unknownItem } from './items.ts';

const value = plainText.nullable().optional();

const changeSchema = z
  .strictObject({
    owner: value,
    team: value,
    cost_center: value,
    compliance_status: value,
    security_posture: value,
    status: z.enum(STATUS_OVERRIDES).nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: `must have one of: ${OVERRIDABLE_FIELDS.join(', ')}`,
  })
  .meta({ id: 'ItemOverride', description: 'null gives a field back to discovery.' });

export const route = createRoute({
  method: 'patch',
  path: '/ci/{ci_id}',
  ...needs('operator', 'filtered'),
  tags: ['Inventory'],
  summary: 'Set what people own of an item',
  description:
    'What is set here holds until it is set to null: no discovery overwrites it. What discovery ' +
    'says of the same field is kept meanwhile, and shown under `overrides`.',
  request: {
    params: ciIdParam,
    query: noQuery,
    headers: ifMatchHeader,
    body: { required: true, content: { 'application/json': { schema: changeSchema } } },
  },
  responses: {
    200: { ...jsonResponse(itemSchema, 'The item as it is now.'), headers: entityTagHeader },
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'version-changed',
      'body-too-large',
      'unsupported-media-type',
      'version-required',
      'component-unavailable',
    ),
  },
});

/** `PATCH /ci/{ci_id}`: people's own facts. */
export function overrideItemRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { restriction } = c.get('principal');
    if (restriction && !(await readItem(deps, ci_id, restriction))) throw unknownItem(ci_id);
    const outcome = await overrideItem(deps.db, {
      ci_id,
      change: c.req.valid('json'),
      by: signatureOf(c.get('principal')),
      expected_version: expectedVersion(c.req.valid('header')['if-match']),
    });
    if (outcome.kind === 'stale') throw versionChanged(outcome.version);
    // Who gives an item to another team sees that it is given, and no more of it after that.
    const found =
      outcome.kind === 'unknown' ? null : await readItemOfThing(deps, ci_id, null, restriction);
    if (!found) throw unknownItem(ci_id);
    if (outcome.kind === 'done' && outcome.has_new_version) await requestPublication(deps);
    c.header('ETag', itemTagOf(found.item));
    const stale = (await findStaleItems(deps.db, [ci_id])).has(ci_id);
    return c.json(answerOf(deps, itemSchema, { ...found.item, stale }), 200);
  });
  return app;
}
