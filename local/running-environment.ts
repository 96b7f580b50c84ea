import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'running.json';

/**
 * Notes where the stores and the API of a clone are while `npm start` runs, for the command line in
 * the same clone. Only its owner can read the file: it holds the passwords of the stores.
 */
export function noteRunning(
  directory: string,
  environment: Readonly<Record<string, string>>,
): void {
  forgetRunning(directory);
  const text = `${JSON.stringify(environment, null, 2)}\n`;
  writeFileSync(join(directory, FILE), text, { mode: 0o600 });
}

/** Takes the note away, when what it is about is stopped. */
export function forgetRunning(directory: string): void {
  rmSync(join(directory, FILE), { force: true });
}

/** @returns the variables that lead to what runs in the clone; none where nothing does */
export function runningEnvironment(directory: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(join(directory, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const noted: unknown = JSON.parse(text);
  const entries = Object.entries(noted ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
