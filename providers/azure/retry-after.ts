/** Headers by which services say in milliseconds when to call again. */
const MILLISECONDS = ['retry-after-ms', 'x-ms-retry-after-ms'];

/**
 * When the service wants to be called again: in so many milliseconds, or null where it does not say.
 * `Retry-After` is a number of seconds or a date.
 */
export function retryAfterMs(header: (name: string) => string | null): number | null {
  for (const name of MILLISECONDS) {
    const wait = Number(header(name) ?? Number.NaN);
    if (!Number.isNaN(wait)) return Math.max(0, Math.round(wait));
  }
  const value = header('retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? null : Math.max(0, Math.round(wait));
}
