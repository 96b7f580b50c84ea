import { InvalidArgumentError, Option } from 'commander';

/** The option that asks about the past. */
export function asOfOption(): Option {
  return new Option('--as-of <time>', 'as it was then: 2026-05-01, or 24h ago').argParser(
    parsePast,
  );
}

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A point in time: `2026-05-01`, which is midnight UTC, `2026-05-01T12:00:00Z` with Z or an offset,
 * or so long ago as `90m`, `24h`, `7d` or `2w`.
 *
 * @returns in the form that the API takes
 */
export function parsePast(text: string): string {
  return parseTime(text, -1);
}

/** The same for what lies ahead: `30d` is in thirty days. */
export function parseFuture(text: string): string {
  return parseTime(text, 1);
}

function parseTime(text: string, direction: 1 | -1): string {
  const [, amount, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return new Date(Date.now() + direction * Number(amount) * (UNIT_MS[unit] ?? 0)).toISOString();
  }
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = isTime ? new Date(text) : new Date(Number.NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError(
    'It must be a time such as 2026-05-01, 2026-05-01T12:00:00Z, 24h or 7d.',
  );
}
