import { z } from '@hono/zod-openapi';
import type { RunSlice } from '../../db/postgres/get-run.ts';
import type { DiscoveryProgress } from '../../model/discovery-workflow.ts';
import { discoveryRequestSchema, runStatusSchema, sliceStateSchema } from '../../model/scope.ts';
import type { Discovery } from './find-discovery.ts';

const instant = z.iso.datetime({ offset: true });

export const sliceDocumentSchema = z
  .object({
    slice_id: z.uuid(),
    provider: z.string(),
    account: z.string(),
    account_name: z.string().nullable(),
    region: z.string(),
    resource_type: z.string(),
    state: sliceStateSchema,
    items: z.int().nonnegative().meta({ description: 'Different items listed so far.' }),
    pages: z.int().nonnegative(),
    rejected: z.int().nonnegative().meta({ description: 'Records that could not be read.' }),
    added: z.int().nonnegative(),
    changed: z.int().nonnegative(),
    missing: z.int().nonnegative(),
    retired: z.int().nonnegative(),
    resurrected: z.int().nonnegative(),
    held: z.boolean().meta({ description: 'Too much had vanished at once: nothing was retired.' }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    missing_permission: z.string().nullable(),
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
  })
  .meta({ id: 'Slice', description: 'One resource type in one region of one account.' });

export const discoverySummarySchema = z
  .object({
    workflow_id: z.string(),
    run_id: z.uuid(),
    status: runStatusSchema,
    request: discoveryRequestSchema
      .nullable()
      .meta({ description: 'What was asked for; null until the plan is written.' }),
    started_at: instant,
    finished_at: instant.nullable(),
    progress: z.object({
      slices_total: z.int().nonnegative(),
      slices_done: z.int().nonnegative(),
    }),
    errors: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        provider: z.string().nullable(),
        account: z.string().nullable(),
      }),
    ),
    temporal_ui_url: z.url().nullable(),
  })
  .meta({ id: 'DiscoverySummary' });

export const discoverySchema = discoverySummarySchema
  .extend({
    progress: z.object({
      slices_total: z.int().nonnegative(),
      slices_done: z.int().nonnegative(),
      phase: z
        .enum(['planning', 'discovering', 'finished'])
        .nullable()
        .meta({ description: 'Null when the worker does not tell, or it is over.' }),
      paused: z.boolean().nullable(),
    }),
    slices: z.array(sliceDocumentSchema),
    slices_truncated: z.boolean(),
  })
  .meta({ id: 'Discovery' });

export type SliceDocument = z.infer<typeof sliceDocumentSchema>;
export type DiscoverySummary = z.infer<typeof discoverySummarySchema>;
export type DiscoveryDocument = z.infer<typeof discoverySchema>;

export function discoverySummary(
  discovery: Discovery,
  temporalUiUrl: string | null,
): DiscoverySummary {
  const { slices_total, slices_done, started_at, finished_at, ...rest } = discovery;
  return {
    ...rest,
    started_at: started_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    progress: { slices_total, slices_done },
    temporal_ui_url: temporalUiUrl,
  };
}

/** @param slices one more than `limit` where there are more */
export function discoveryDocument(
  discovery: Discovery,
  temporalUiUrl: string | null,
  told: DiscoveryProgress | null,
  slices: readonly RunSlice[],
  limit: number,
): DiscoveryDocument {
  const summary = discoverySummary(discovery, temporalUiUrl);
  return {
    ...summary,
    progress: { ...summary.progress, phase: told?.phase ?? null, paused: told?.paused ?? null },
    slices: slices.slice(0, limit).map((slice) => ({
      ...slice,
      started_at: slice.started_at?.toISOString() ?? null,
      finished_at: slice.finished_at?.toISOString() ?? null,
    })),
    slices_truncated: slices.length > limit,
  };
}
