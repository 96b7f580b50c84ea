import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cronSchema, expectationOf, timeZoneSchema } from '../../model/schedule.ts';

const HOUR = 3_600_000;
const staleBefore = (cron: string, now: string, time_zone = 'UTC') =>
  expectationOf({ cron, time_zone, request: {} }, new Date(now)).stale_before.toISOString();

describe('what is stale', () => {
  test('with regular times it is what was not proven for exactly twice the interval', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([1, '@hourly'], [6, '0 */6 * * *'], [24, '0 0 * * *'] as const),
        fc.date({ min: new Date('2001-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
        ([hours, cron], now) => {
          const { stale_before } = expectationOf(
            { cron: String(cron), time_zone: 'UTC', request: {} },
            now,
          );
          expect(now.getTime() - stale_before.getTime()).toBe(2 * Number(hours) * HOUR);
        },
      ),
    );
  });

  test('a schedule of working hours expects nothing of a weekend', () => {
    const cron = '0 9-17 * * 1-5';
    // Monday: nothing was due since Friday evening, then one run, then two.
    expect(staleBefore(cron, '2026-11-23T08:30:00Z')).toBe('2026-11-20T16:00:00.000Z');
    expect(staleBefore(cron, '2026-11-23T09:01:00Z')).toBe('2026-11-20T16:01:00.000Z');
    expect(staleBefore(cron, '2026-11-23T10:06:00Z')).toBe('2026-11-20T17:06:00.000Z');
  });

  test('intervals are those of the time zone, also where a day has 25 hours', () => {
    expect(staleBefore('@daily', '2026-10-26T00:00:00+01:00', 'Europe/Berlin')).toBe(
      '2026-10-23T22:00:00.000Z',
    );
  });

  test('the limit never moves back as time goes on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('@weekly', '0 9-17 * * 1-5', '5,50 3 1 * *', '0 0 29 2 *'),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 40 * 24 * HOUR }),
        (cron, now, later) => {
          const at = (time: number) =>
            expectationOf({ cron, time_zone: 'UTC', request: {} }, new Date(time)).stale_before;
          expect(at(now.getTime() + later) >= at(now.getTime())).toBe(true);
        },
      ),
    );
  });
});

describe('what can be scheduled', () => {
  test.each(['0 * * * *', '@daily', '*/15 9-17 * * MON-FRI', '0 0 1,15 * *', '5/10 * * jan 0'])(
    '%s',
    (cron) => expect(cronSchema.parse(cron)).toBe(cron),
  );

  test.each([
    ['* * * * * *', 'five cron fields'],
    ['@every 5m', '@hourly'],
    ['0 0 1 * 1', 'two schedules'],
    ['0 0 31 2 *', 'day of month'],
    ['61 * * * *', '0-59'],
    ['0 0 L * *', 'five cron fields'],
    ['H * * * *', 'five cron fields'],
    ['', 'five cron fields'],
  ])('%s is refused with a reason', (cron, reason) => {
    expect(cronSchema.safeParse(cron).error?.issues[0]?.message).toContain(reason);
  });

  test('time zones are those that have a name', () => {
    expect(timeZoneSchema.safeParse('Europe/Berlin').success).toBe(true);
    for (const zone of ['Mars/Olympus', '+01:00', '']) {
      expect(timeZoneSchema.safeParse(zone).success).toBe(false);
    }
  });
});
