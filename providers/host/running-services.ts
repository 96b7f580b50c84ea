import { stat } from 'node:fs/promises';
import { outputOf } from './commands.ts';
import { errnoOf } from './errors.ts';

/** Units that live as long as somebody is logged in or a job runs: not what the machine is for. */
const SESSION_UNIT = /^(user@|user-runtime-dir@|session-|run-)/;

/**
 * Names the running services, sorted: systemd's where systemd is the init system, else the
 * programs that listen.
 */
export async function runningServices(
  listeningNames: () => Promise<string[]>,
  signal?: AbortSignal,
): Promise<string[]> {
  if (!(await isSystemdInit())) return [...new Set(await listeningNames())].sort();
  const args = 'list-units --type=service --state=running --plain --no-legend --no-pager';
  const output = await outputOf('systemctl', args.split(' '), signal);
  return parseUnits(output ?? '');
}

/** The unit names out of `systemctl list-units`, sorted, without `.service`. */
export function parseUnits(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((unit) => unit.endsWith('.service') && !SESSION_UNIT.test(unit))
    .map((unit) => unit.slice(0, -'.service'.length))
    .sort();
}

/** As sd_booted(3) tells it. */
async function isSystemdInit(): Promise<boolean> {
  try {
    return (await stat('/run/systemd/system')).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
