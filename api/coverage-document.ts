import { z } from '@hono/zod-openapi';
import type { SliceCoverage } from '../db/postgres/list-coverage.ts';
import { coverageStateSchema } from '../model/coverage.ts';

const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

export const sliceCoverageSchema = z
  .object({
    slice_id: z.uuid(),
    provider: z.string(),
    account: z.string(),
    account_name: z.string().nullable(),
    region: z.string(),
    resource_type: z.string(),
    state: coverageStateSchema.meta({ description: 'How the last scan ended.' }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    missing_permission: z.string().nullable(),
    scanned_at: instant.nullable().meta({ description: 'When the last scan had listed it.' }),
    run_id: z.uuid().nullable().meta({ description: 'The run of the last scan.' }),
    proven_at: instant
      .nullable()
      .meta({ description: 'When it was last listed to the end, and what was gone was let go.' }),
    stale: z.boolean().meta({
      description:
        'Not proven for twice the interval of its schedule; without one, not planned any more.',
    }),
    unscheduled_since: instant.nullable().meta({
      description:
        'Since when the runs that ask for it do not plan it: the configuration was narrowed, or its machine is silent. Nothing is retired by that.',
    }),
    population: count.meta({ description: 'Items that are there.' }),
    hold: z
      .object({
        loss: count.meta({ description: 'By how many items the population would fall.' }),
        gone: count.meta({ description: 'Known items that the last complete scan did not list.' }),
        approval: z
          .object({
            loss: count,
            approved_by: z.string().nullable(),
            approved_at: instant,
            reason: z.string(),
          })
          .nullable()
          .meta({ description: 'The next complete scan spends it.' }),
      })
      .nullable()
      .meta({ description: 'So much was gone at once that retirement waits for a person.' }),
  })
  .meta({ id: 'SliceCoverage', description: 'One resource type in one region of one account.' });

export function sliceCoverageDocument(slice: SliceCoverage): z.output<typeof sliceCoverageSchema> {
  const { is_stale, hold, scanned_at, proven_at, unscheduled_since, ...rest } = slice;
  return {
    ...rest,
    scanned_at: scanned_at?.toISOString() ?? null,
    proven_at: proven_at?.toISOString() ?? null,
    unscheduled_since: unscheduled_since?.toISOString() ?? null,
    stale: is_stale,
    hold: hold && {
      ...hold,
      approval: hold.approval && {
        ...hold.approval,
        approved_at: hold.approval.approved_at.toISOString(),
      },
    },
  };
}
