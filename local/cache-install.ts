import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './exclusive-lock.ts';

/** One program to be kept in the cache. */
export interface CacheInstall {
  readonly cacheDirectory: string;
  /** Names the program and its version: another version is another entry. */
  readonly name: string;
  /** Puts the program into an empty directory, and checks there that it really runs. */
  readonly install: (directory: string) => Promise<void>;
  /** Called when another process is installing the same thing, which is then waited for. */
  readonly onWait?: () => void;
}

/**
 * Makes sure that a program is in the cache, and returns its directory.
 *
 * It is installed under a name of its own and renamed when complete, so an entry that exists is
 * whole, whatever was interrupted. Of several processes one installs and the others wait for it.
 */
export async function installOnce(request: CacheInstall): Promise<string> {
  const { cacheDirectory, name } = request;
  const target = join(cacheDirectory, name);
  if (existsSync(target)) return target;
  await mkdir(cacheDirectory, { recursive: true });
  return withLock(
    join(cacheDirectory, `${name}.lock`),
    async () => {
      if (existsSync(target)) return target;
      await removeDrafts(cacheDirectory, name);
      const draft = join(cacheDirectory, `${draftPrefix(name)}${randomBytes(6).toString('hex')}`);
      await mkdir(draft);
      try {
        await request.install(draft);
        await rename(draft, target);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return target;
    },
    request.onWait,
  );
}

function draftPrefix(name: string): string {
  return `.${name}.draft-`;
}

/** Under the lock every draft of this name belongs to an installation that died. */
async function removeDrafts(cacheDirectory: string, name: string): Promise<void> {
  for (const entry of await readdir(cacheDirectory)) {
    if (entry.startsWith(draftPrefix(name))) {
      await rm(join(cacheDirectory, entry), { recursive: true, force: true });
    }
  }
}
