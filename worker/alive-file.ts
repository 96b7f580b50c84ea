import { utimes, writeFile } from 'node:fs/promises';

const TOUCH_INTERVAL_MS = 10_000;

/**
 * Touches a file every ten seconds while `isAlive` holds, for a health check that has no port to
 * ask: an old file means a worker that no longer polls.
 *
 * @returns stops it
 */
export async function keepAliveFile(
  path: string,
  isAlive: () => boolean,
  onError: (error: unknown) => void,
): Promise<() => void> {
  await writeFile(path, '');
  const touch = async () => {
    if (!isAlive()) return;
    const now = new Date();
    await utimes(path, now, now);
  };
  const timer = setInterval(() => void touch().catch(onError), TOUCH_INTERVAL_MS);
  return () => clearInterval(timer);
}
