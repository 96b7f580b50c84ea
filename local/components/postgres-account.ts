import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ReadableError } from '../explain.ts';
import { runCommand } from '../run-command.ts';

/** The user that PostgreSQL runs as when root starts it. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Where PostgreSQL's data and its downloaded programs are kept. */
export interface PostgresDirectories {
  readonly data: string;
  readonly programs: string;
}

const ACCOUNT_NAME = 'postgres';
/** Where packages of the system keep changing data: every user can pass through it. */
const SYSTEM_DIRECTORY = '/var/lib/cmdb-agent';

/**
 * The account to run PostgreSQL as: undefined, which is this user, unless that is root, whom
 * PostgreSQL refuses. Then it is the system's `postgres`, which is made when there is none.
 */
export async function postgresAccount(): Promise<PostgresAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return await lookUp();
  } catch {
    // No such account yet, which is what `id` fails for; if anything else is wrong, useradd says so.
    try {
      await runCommand('useradd', ['--system', '--no-create-home', ACCOUNT_NAME]);
    } catch (error) {
      throw new ReadableError(
        `PostgreSQL does not run as root, and a user ${ACCOUNT_NAME} for it could not be made. ` +
          'Run the command again as another user, or make that one.',
        { cause: error },
      );
    }
    return lookUp();
  }
}

async function lookUp(): Promise<PostgresAccount> {
  const uid = Number((await runCommand('id', ['-u', ACCOUNT_NAME])).trim());
  const gid = Number((await runCommand('id', ['-g', ACCOUNT_NAME])).trim());
  return { uid, gid };
}

/**
 * Data belongs into the state directory and programs into the cache. Where the account cannot pass
 * through the directories above, as in a clone or a cache below root's closed home, both move to
 * the system's own directory, under a name made from the clone's.
 */
export function postgresDirectories(
  stateDirectory: string,
  cacheDirectory: string,
  account: PostgresAccount | undefined,
): PostgresDirectories {
  const fits = (directory: string): boolean =>
    account === undefined || canPassThrough(directory, account);
  const hash = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 12);
  return {
    data: join(fits(stateDirectory) ? stateDirectory : join(SYSTEM_DIRECTORY, hash), 'postgres'),
    programs: fits(cacheDirectory) ? cacheDirectory : join(SYSTEM_DIRECTORY, 'programs'),
  };
}

/** Whether an account may enter a directory: it needs the x bit on it and on every one above. */
export function canPassThrough(directory: string, { uid, gid }: PostgresAccount): boolean {
  if (existsSync(directory)) {
    const stat = statSync(directory);
    const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & bit) === 0) return false;
  }
  const above = dirname(directory);
  return above === directory || canPassThrough(above, { uid, gid });
}
