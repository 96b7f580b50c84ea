import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The real path of the first of these programs that is on the PATH or in one of the further
 * directories, or undefined. Links are followed, because programs look for their files beside
 * where they really are.
 */
export function findProgram(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
  furtherDirectories: readonly string[] = [],
): string | undefined {
  const directories = [
    ...(environment.PATH ?? '').split(delimiter).filter((directory) => directory !== ''),
    ...furtherDirectories,
  ];
  for (const directory of directories) {
    for (const name of names) {
      const path = join(directory, name);
      if (isExecutableFile(path)) return realpathSync(path);
    }
  }
  return undefined;
}

/** Whether there is a file at `path` that this user may run. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent, a dangling link, or not permitted: in each case not a program for us.
    return false;
  }
}
