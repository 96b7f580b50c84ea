import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';
import { type DiscoveryRequest, discoveryRequestSchema } from './scope.ts';

/** What of a cron field Temporal and cron-parser read alike: no `L`, `#`, `?`, `H`. */
const PART = String.raw`(\*|(\d{1,2}|[A-Za-z]{3})(-(\d{1,2}|[A-Za-z]{3}))?)(/\d{1,2})?`;
const FIELD = new RegExp(`^${PART}(,${PART})*$`);
const SHORTHANDS = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly'];

/**
 * A cron expression that Temporal, which runs it, and cron-parser, by which coverage knows what is
 * due, read alike. Days of the month and of the week together are refused: one takes days that are
 * both, the other days that are either.
 */
export const cronSchema = z
  .string()
  .trim()
  .max(200)
  .superRefine((cron, context) => {
    const fault = cronFault(cron);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

function cronFault(cron: string): string | null {
  if (!cron.startsWith('@')) {
    const fields = cron.split(/\s+/);
    if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) {
      return 'must be five cron fields, such as "0 * * * *", or @hourly, @daily, @weekly, @monthly, @yearly';
    }
    if (fields[2] !== '*' && fields[4] !== '*') {
      return 'must not name days of the month and of the week together; make two schedules of it';
    }
  } else if (!SHORTHANDS.includes(cron)) {
    return `must be one of ${SHORTHANDS.join(', ')}, or five cron fields`;
  }
  try {
    CronExpressionParser.parse(cron, { currentDate: 0, tz: 'UTC' }).next();
    return null;
  } catch (error) {
    return `is not a cron expression: ${error instanceof Error ? error.message : 'unreadable'}`;
  }
}

export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  // Offsets are time zones to Intl, and none to the server.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What happens when a discovery is due while the one before it still runs; Temporal's policies. */
export const overlapSchema = z.enum([
  'skip',
  'buffer_one',
  'buffer_all',
  'cancel_other',
  'terminate_other',
  'allow_all',
]);
export type Overlap = z.infer<typeof overlapSchema>;

/** The schedule that the sources file describes. */
export const DEFAULT_SCHEDULE = 'default';

/** When a discovery is started, and of what. */
export const scheduleDefinitionSchema = z.strictObject({
  cron: cronSchema,
  time_zone: timeZoneSchema.default('UTC'),
  /** Each start is moved by up to this many seconds, so that not everything starts at once. */
  jitter_seconds: z.int().min(0).max(3600).default(30),
  overlap: overlapSchema.default('skip'),
  request: discoveryRequestSchema.prefault({}),
});
export type ScheduleDefinition = z.infer<typeof scheduleDefinitionSchema>;

/** How long what a schedule asks for may go unproven. */
export interface Expectation {
  request: DiscoveryRequest;
  /** What was proven last before this time is stale. */
  stale_before: Date;
}

/** The times in ms at which a cron expression was due last, the newest first, and is due next. */
interface DueTimes {
  past: readonly [number, number, number];
  next: number;
}

/** Going through a calendar takes a millisecond; what is asked for is mostly what was just found. */
const found = new Map<string, DueTimes>();
const MOST_FOUND = 1_000;

function dueTimes(cron: string, timeZone: string, now: number): DueTimes {
  const name = `${timeZone} ${cron}`;
  const known = found.get(name);
  if (known && known.past[0] <= now && now < known.next) return known;
  // The time that is due just now counts as past.
  const options = { currentDate: new Date(now + 1), tz: timeZone };
  const backwards = CronExpressionParser.parse(cron, options);
  const before = () => backwards.prev().getTime();
  const past = [before(), before(), before()] as const;
  const due = { past, next: CronExpressionParser.parse(cron, options).next().getTime() };
  if (found.size >= MOST_FOUND) found.clear();
  found.set(name, due);
  return due;
}

/**
 * When a slice of the schedule is stale: not proven for twice the interval. Intervals are those
 * between the times that were due last, so that a schedule of working hours expects nothing of a
 * weekend.
 */
export function expectationOf(
  { cron, time_zone, request }: Pick<ScheduleDefinition, 'cron' | 'time_zone' | 'request'>,
  now: Date,
): Expectation {
  const [last, second, third] = dueTimes(cron, time_zone, now.getTime()).past;
  const sinceLast = now.getTime() - last;
  return { request, stale_before: new Date(third + Math.min(sinceLast, second - third)) };
}

/** How often a schedule is due after `from` and up to `to`; counting ends at `limit`. */
export function countDue(
  { cron, time_zone }: Pick<ScheduleDefinition, 'cron' | 'time_zone'>,
  from: Date,
  to: Date,
  limit: number,
): number {
  const due = CronExpressionParser.parse(cron, { currentDate: from, tz: time_zone });
  let count = 0;
  while (count < limit && due.next().getTime() <= to.getTime()) count += 1;
  return count;
}
