import { z } from '@hono/zod-openapi';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema } from '../../model/enums.ts';
import type { FailureEffect } from '../../model/failure-effects.ts';
import { pathTo, type Walk } from '../../model/failure-walk.ts';
import { byDistance } from '../routes/by-distance.ts';

const count = z.int().nonnegative();

/** What the failure of one item and that of several are both answered with. */
export const impactShape = {
  depth: z.int(),
  total_impacted: count,
  critical_impacted: count.meta({ description: 'Those in production.' }),
  unknown_environment_impacted: count.meta({
    description: 'Those of which nothing tells the environment: they may be in production.',
  }),
  outages: count.meta({ description: 'Those that fail, too.' }),
  critical_outages: count.meta({ description: 'Those that fail, too, in production.' }),
  degraded: count.meta({ description: 'Those that go on with less.' }),
  impacted_cis: z.array(
    itemSummarySchema.extend({
      effect: z.enum(['outage', 'degraded']).meta({
        description:
          'outage: it fails, too. degraded: it goes on, because of what stands in for what it has ' +
          'lost, or needs something that does.',
      }),
      hops: z.int().positive(),
      path: z
        .array(
          z.object({
            relationship_type: relationTypeSchema,
            source_ci_id: z.uuid(),
            target_ci_id: z.uuid(),
          }),
        )
        .meta({ description: 'A shortest way, from what fails.' }),
    }),
  ),
  risk_level: z
    .enum(['critical', 'medium'])
    .meta({ description: 'critical when anything in production is impacted.' }),
  truncated: z.boolean().meta({
    description: 'A bound cut the answer: it is a lower bound, and more may fail.',
  }),
};

const impactSchema = z.object(impactShape);

/** Puts the impact together from what a walk reached and what becomes of each of it. */
export function impactAnswer(
  depth: number,
  walk: Walk,
  effects: ReadonlyMap<string, FailureEffect>,
): z.output<typeof impactSchema> {
  const byId = new Map(walk.reached.map((reached) => [reached.item.ci_id, reached]));
  const impacted = walk.reached.toSorted(byDistance).map((reached) => ({
    ...reached.item,
    effect: effects.get(reached.item.ci_id) ?? 'degraded',
    hops: reached.hops,
    path: pathTo(reached, byId).map(({ edge }) => ({
      relationship_type: edge.relationship_type,
      source_ci_id: edge.source_ci_id,
      target_ci_id: edge.target_ci_id,
    })),
  }));
  const outages = impacted.filter(({ effect }) => effect === 'outage');
  const critical = countIn(impacted, 'production');
  return {
    depth,
    total_impacted: impacted.length,
    critical_impacted: critical,
    unknown_environment_impacted: countIn(impacted, 'unknown'),
    outages: outages.length,
    critical_outages: countIn(outages, 'production'),
    degraded: impacted.length - outages.length,
    impacted_cis: impacted,
    risk_level: critical > 0 ? 'critical' : 'medium',
    truncated: walk.is_truncated,
  };
}

function countIn(items: ReadonlyArray<{ environment: string }>, environment: string): number {
  return items.filter((item) => item.environment === environment).length;
}
