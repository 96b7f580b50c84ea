import { z } from '@hono/zod-openapi';
import type { Sight } from '../../db/postgres/visibility.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema } from '../../model/enums.ts';
import type { FailureEffect } from '../../model/failure-effects.ts';
import { pathTo, type Walk } from '../../model/failure-walk.ts';
import { byDistance } from '../routes/by-distance.ts';
import { hiddenSchema } from '../routes/hidden.ts';

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
            source_ci_id: z.uuid().nullable(),
            target_ci_id: z.uuid().nullable(),
          }),
        )
        .meta({
          description:
            'A shortest way, from what fails; null is an item that the caller may not see.',
        }),
    }),
  ),
  risk_level: z
    .enum(['critical', 'medium'])
    .meta({ description: 'critical when anything in production is impacted, hidden or not.' }),
  hidden: hiddenSchema,
  truncated: z.boolean().meta({
    description: 'A bound cut the answer: it is a lower bound, and more may fail.',
  }),
};

const impactSchema = z.object(impactShape);

/** A failure, what a walk found that it reaches, and what whoever asks may see of it. */
export interface Impact {
  depth: number;
  failed: readonly string[];
  walk: Walk;
  effects: ReadonlyMap<string, FailureEffect>;
  sight: Sight;
}

/** Puts the answer together. */
export function impactAnswer(impact: Impact): z.output<typeof impactSchema> {
  const { depth, walk, effects, sight } = impact;
  const failed = new Set(impact.failed);
  const orNull = (ciId: string) => (failed.has(ciId) || sight.sees(ciId) ? ciId : null);
  const byId = new Map(walk.reached.map((reached) => [reached.item.ci_id, reached]));
  const shown = walk.reached.filter(({ item }) => sight.sees(item.ci_id));
  const impacted = shown.toSorted(byDistance).map((reached) => ({
    ...reached.item,
    effect: effects.get(reached.item.ci_id) ?? 'degraded',
    hops: reached.hops,
    path: pathTo(reached, byId).map(({ edge }) => ({
      relationship_type: edge.relationship_type,
      source_ci_id: orNull(edge.source_ci_id),
      target_ci_id: orNull(edge.target_ci_id),
    })),
  }));
  const outages = impacted.filter(({ effect }) => effect === 'outage');
  const everything = walk.reached.map(({ item }) => item);
  return {
    depth,
    total_impacted: impacted.length,
    critical_impacted: countIn(impacted, 'production'),
    unknown_environment_impacted: countIn(impacted, 'unknown'),
    outages: outages.length,
    critical_outages: countIn(outages, 'production'),
    degraded: impacted.length - outages.length,
    impacted_cis: impacted,
    risk_level: countIn(everything, 'production') > 0 ? 'critical' : 'medium',
    hidden: sight.hidden,
    truncated: walk.is_truncated,
  };
}

function countIn(items: ReadonlyArray<{ environment: string }>, environment: string): number {
  return items.filter((item) => item.environment === environment).length;
}
