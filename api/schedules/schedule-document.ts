import { z } from '@hono/zod-openapi';
import type { Schedule } from '../../db/postgres/schedules.ts';
import type { ScheduleActivity } from '../../db/temporal/schedules.ts';
import { overlapSchema } from '../../model/schedule.ts';
import { discoveryRequestSchema } from '../../model/scope.ts';

const instant = z.iso.datetime({ offset: true });
const run = z.object({ workflow_id: z.string(), run_id: z.uuid() });

export const scheduleSchema = z
  .object({
    schedule_id: z.string(),
    owner: z.enum(['sources', 'api']).meta({
      description: 'The sources file, which alone changes and removes it, or people by the API.',
    }),
    cron: z.string(),
    time_zone: z.string(),
    jitter_seconds: z.int().nonnegative(),
    overlap: overlapSchema,
    request: discoveryRequestSchema,
    state: z.enum(['active', 'paused', 'lost']).meta({
      description: 'lost: Temporal does not have it; a worker that starts makes it anew.',
    }),
    note: z.string().nullable().meta({ description: 'Why it is paused, or was resumed.' }),
    next_runs: z.array(instant).meta({ description: 'When it is due next, unless it is paused.' }),
    recent_runs: z
      .array(run.extend({ due_at: instant, started_at: instant }))
      .meta({ description: 'The newest first.' }),
    running: z.array(run),
    skipped: z
      .int()
      .nonnegative()
      .meta({ description: 'Runs left out because the one before was running.' }),
    missed: z
      .int()
      .nonnegative()
      .meta({ description: 'Runs that were due while Temporal was away for too long.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Schedule' });

export type ScheduleDocument = z.output<typeof scheduleSchema>;

/** @param activity null where Temporal does not have the schedule */
export function scheduleDocument(
  { paused, created_at, updated_at, ...schedule }: Schedule,
  activity: ScheduleActivity | null,
): ScheduleDocument {
  return {
    ...schedule,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    state: activity ? (activity.paused ? 'paused' : 'active') : 'lost',
    note: activity?.note ?? null,
    next_runs: activity?.next_runs.map((at) => at.toISOString()) ?? [],
    recent_runs:
      activity?.recent_runs.toReversed().map(({ due_at, started_at, ...started }) => ({
        ...started,
        due_at: due_at.toISOString(),
        started_at: started_at.toISOString(),
      })) ?? [],
    running: activity?.running ?? [],
    skipped: activity?.skipped ?? 0,
    missed: activity?.missed ?? 0,
  };
}
