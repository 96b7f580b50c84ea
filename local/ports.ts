import getPort, { portNumbers } from 'get-port';
import { ReadableError } from './explain.ts';

/** A port a person reaches something at: a known number, unless it is taken. */
export interface PublicPort {
  /** The variable that sets it, e.g. `CMDB_API_PORT`. */
  readonly variable: string;
  readonly standard: number;
}

export interface ChosenPort {
  readonly port: number;
  /** The number that was wanted and is in use, when another one was taken. */
  readonly insteadOf: number | undefined;
}

/** How far above the standard port a free one is looked for. */
const SEARCHED_PORTS = 100;

/**
 * Any free port; the one used last time when that is still free, so that addresses stay the same
 * from one start to the next.
 */
export async function choosePrivatePort(lastPort: number | undefined): Promise<number> {
  return lastPort === undefined
    ? getPort({ host: '127.0.0.1' })
    : getPort({ port: lastPort, host: '127.0.0.1' });
}

/**
 * The port set by its variable, or else the standard one, or else the next free one above that.
 *
 * @throws {ReadableError} when the variable is no port, or names one that is in use: whoever sets it
 * relies on it
 */
export async function choosePublicPort(
  { variable, standard }: PublicPort,
  environment: NodeJS.ProcessEnv,
): Promise<ChosenPort> {
  const given = environment[variable];
  if (given !== undefined && given !== '') {
    const wanted = Number(given);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535) {
      throw new ReadableError(`${variable} must be a port, 1 to 65535; it is "${given}".`);
    }
    if ((await getPort({ port: wanted })) !== wanted) {
      throw new ReadableError(
        `Port ${wanted}, set by ${variable}, is in use. Free it or set ${variable} to another one.`,
      );
    }
    return { port: wanted, insteadOf: undefined };
  }
  const port = await getPort({ port: portNumbers(standard, standard + SEARCHED_PORTS) });
  return { port, insteadOf: port === standard ? undefined : standard };
}
