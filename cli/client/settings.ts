import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** Where the API is and who asks it. */
export interface ApiSettings {
  /** Without a slash at its end. */
  url: string;
  token: Token | null;
  /** Where a token is looked for that is not in the environment. */
  token_file: string;
}

export interface Token {
  secret: string;
  /** Where it was found, for messages. */
  from: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:8200';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds out where the API is: `--url`, else CMDB_URL, else loopback; and the token: CMDB_TOKEN, else
 * a file that nobody else can read. A token is never an argument: every process of the machine can
 * read those.
 *
 * @throws {CliError}
 */
export function apiSettings(urlOption: string | undefined, environment: Environment): ApiSettings {
  const url = urlOption ?? (environment.CMDB_URL || DEFAULT_URL);
  const isUsable = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isUsable) {
    const where = urlOption === undefined ? 'CMDB_URL' : '--url';
    throw new CliError('usage', `${where} is not an address.`, `Give it as ${DEFAULT_URL}.`);
  }
  const token_file = tokenFile(environment);
  return { url: url.replace(/\/+$/, ''), token: findToken(environment, token_file), token_file };
}

/** The file of the token: CMDB_TOKEN_FILE, else `cmdb/token` where the user keeps configuration. */
function tokenFile(environment: Environment): string {
  if (environment.CMDB_TOKEN_FILE) return environment.CMDB_TOKEN_FILE;
  const home = environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config');
  return join(home, 'cmdb', 'token');
}

function findToken(environment: Environment, path: string): Token | null {
  if (environment.CMDB_TOKEN) {
    return { secret: checked(environment.CMDB_TOKEN, 'CMDB_TOKEN'), from: 'CMDB_TOKEN' };
  }
  const text = readOwn(path, environment.CMDB_TOKEN_FILE !== undefined);
  return text === null ? null : { secret: checked(text, path), from: path };
}

function checked(text: string, from: string): string {
  const secret = text.trim();
  // What cannot be sent in a header would be told by the runtime, with the secret in its message.
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new CliError(
    'usage',
    `${from} does not hold a token.`,
    'Put the token there, and no more.',
  );
}

/** @returns null when there is no such file */
function readOwn(path: string, mustExist: boolean): string | null {
  try {
    const { mode } = statSync(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new CliError(
        'denied',
        `Others can read the token in ${path}.`,
        `Run: chmod 600 ${path}`,
      );
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return null;
    throw new CliError(
      'denied',
      `The token in ${path} cannot be read (${code}).`,
      'Set CMDB_TOKEN, or CMDB_TOKEN_FILE to a file that you can read.',
      { cause: error },
    );
  }
}
