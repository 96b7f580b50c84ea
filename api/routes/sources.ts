import { createRoute, z } from '@hono/zod-openapi';
import { type ItemOfThing, readThing } from '../../db/postgres/sameness/read-thing.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { providerSchema } from '../../model/enums.ts';
import { jsonValueSchema } from '../../model/json.ts';
import { fieldsByPath, fieldsOf, type Witness } from '../../model/provenance.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { ciIdParam, noQuery } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { hiddenSchema } from './hidden.ts';
import { unknownItem } from './items.ts';

const instant = z.iso.datetime({ offset: true });

const valueShape = {
  value: jsonValueSchema,
  source: z
    .object({
      ci_id: z.uuid(),
      provider: providerSchema,
      kind: z.enum(['observed', 'declared', 'set', 'derived']).meta({
        description:
          'observed in a source; declared by people; set by a person with PATCH; or derived by a rule.',
      }),
      derived_from: z.string().nullable().meta({ description: 'For example tag:Team.' }),
      by: z.string().nullable().meta({ description: 'Who set it.' }),
      at: instant.nullable().meta({ description: 'When it was set.' }),
    })
    .meta({ id: 'ValueSource' }),
};

const sourcesSchema = z
  .object({
    ci_id: z.uuid(),
    items: z.array(
      itemSummarySchema.extend({
        first_seen_at: instant,
        last_seen_at: instant,
        run_id: z.uuid().nullable().meta({
          description: 'The discovery that made its newest version; null where a person did.',
        }),
        same_by: z
          .object({
            keys: z.array(z.string()).meta({
              description:
                'Strong keys that it shares with others: a serial, the id of an instance.',
            }),
            decisions: z.array(
              z.object({
                decision_id: z.uuid(),
                other_ci_id: z.uuid(),
                decided_by: z.string(),
                decided_at: instant,
              }),
            ),
          })
          .meta({ description: 'What makes it the same thing as the others.' }),
      }),
    ),
    fields: z.array(
      z.object({
        field: z.string().meta({ description: 'memory_gb, attributes.instance_type, tags.Name' }),
        ...valueShape,
        others: z.array(z.object(valueShape)).meta({
          description: 'Other values, of other sources or behind what a person set.',
        }),
      }),
    ),
    hidden: hiddenSchema,
    is_cut: z.boolean().meta({ description: 'There are more items than are read, 20.' }),
  })
  .meta({ id: 'Sources' });

export const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/sources',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'Which sources know the thing, and which of them gave which value',
  description:
    'Each source has an item of its own; items that share a strong key, or that a person joined, ' +
    'are one thing. Of each field the value comes first that a rule of the class prefers: what a ' +
    'person set, then for most fields the cloud, Kubernetes, the machine itself, and what was ' +
    'declared; for what a system sees of itself, the machine first.',
  request: { params: ciIdParam, query: noQuery },
  responses: {
    200: jsonResponse(sourcesSchema, 'The item that was asked about first.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** `GET /ci/{ci_id}/sources`: one thing, as each source sees it. */
export function sourceRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const thing = await readThing(deps.db, ci_id, c.get('principal').restriction);
    if (!thing) throw unknownItem(ci_id);
    const { items, hidden, is_cut } = thing;
    const fields = fieldsOf(items.map(witnessOf));
    const answer = { ci_id, items: items.map(toAnswer), fields, hidden, is_cut };
    return c.json(answerOf(deps, sourcesSchema, answer), 200);
  });
  return app;
}

function toAnswer({ summary, run_id, first_seen_at, last_seen_at, keys, decisions }: ItemOfThing) {
  return {
    ...summary,
    run_id,
    first_seen_at: first_seen_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    same_by: { keys: keys.sort(), decisions },
  };
}

function witnessOf({ summary, body, volatile, overrides }: ItemOfThing): Witness {
  const { ci_id, ci_type, provider } = summary;
  return {
    ci_id,
    ci_type,
    provider: providerSchema.parse(provider),
    fields: { ...fieldsByPath(body), ...volatile },
    overrides,
  };
}
