import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../cache-install.ts';
import { ComponentUnavailableError } from '../component-unavailable-error.ts';
import { explain, ReadableError } from '../explain.ts';
import { findProgram } from '../find-program.ts';
import { runCommand } from '../run-command.ts';
import type { StoreContext } from './store.ts';

/** The newest release that Go can install by its name: later ones replace modules. */
const VERSION = '1.5.1';
const MODULE = 'github.com/temporalio/cli/cmd/temporal';
const SDK_TIMEOUT_MS = 60_000;

/**
 * The `temporal` program: installed on this machine, downloaded by the SDK where the internet is
 * open, or built from the Go module proxy.
 *
 * @throws {ComponentUnavailableError}
 */
export async function obtainTemporal(context: StoreContext): Promise<string> {
  const { environment, cacheDirectory, step, signal } = context;
  const installed = findProgram(['temporal'], environment, ['/opt/homebrew/bin']);
  if (installed !== undefined) return installed;
  const tried = ['temporal is not installed'];
  try {
    const directory = await installOnce({
      cacheDirectory,
      name: `temporal-cli-${VERSION}`,
      onWait: () => step.update('another process is installing it'),
      install: async (draft) => {
        const program = join(draft, 'temporal');
        try {
          await downloadBySdk(context, draft, program);
        } catch (error) {
          signal.throwIfAborted();
          tried.push(`the SDK's download: ${explain(error)}`);
          await buildWithGo(context, draft, program);
        }
        await runCommand(program, ['--version'], { signal });
      },
    });
    return join(directory, 'temporal');
  } catch (error) {
    signal.throwIfAborted();
    tried.push(`Go: ${explain(error)}`);
  }
  throw new ComponentUnavailableError({
    component: 'Temporal',
    tried,
    install: ['brew install temporal', 'the temporal CLI for your system, on the PATH', 'Go'],
    variable:
      'TEMPORAL_ADDRESS=host:7233 (Temporal Cloud: with TEMPORAL_API_KEY or TEMPORAL_TLS_*)',
  });
}

async function downloadBySdk(
  { step, signal }: StoreContext,
  draft: string,
  program: string,
): Promise<void> {
  step.update('downloading it');
  const directory = join(draft, 'download');
  await mkdir(directory);
  try {
    await runCommand(
      process.execPath,
      [join(import.meta.dirname, 'temporal-sdk-download.ts'), directory],
      { signal, timeoutMs: SDK_TIMEOUT_MS },
    );
    const [downloaded, ...others] = await readdir(directory);
    if (downloaded === undefined || others.length > 0) {
      throw new ReadableError('it left other files than its program');
    }
    await rename(join(directory, downloaded), program);
    await chmod(program, 0o755);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Builds it with caches of its own, which are removed: they take 3 GB. */
async function buildWithGo(
  { environment, step, signal }: StoreContext,
  draft: string,
  program: string,
): Promise<void> {
  const go = findProgram(['go'], environment, ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (go === undefined) throw new ReadableError('Go, which would build it, is not installed');
  step.update('building it with Go, once: 4 to 5 minutes');
  const caches = join(draft, 'caches');
  let downloaded = 0;
  await runCommand(go, ['install', `${MODULE}@v${VERSION}`], {
    cwd: draft,
    signal,
    environment: {
      ...environment,
      GOBIN: draft,
      GOCACHE: join(caches, 'build'),
      GOMODCACHE: join(caches, 'modules'),
      // Read-only modules could not be removed again.
      GOFLAGS: '-modcacherw',
    },
    onLine: (line) => {
      if (!line.startsWith('go: downloading')) return;
      downloaded += 1;
      if (downloaded % 25 === 0) {
        step.update(`building it with Go, once: 4 to 5 minutes; ${downloaded} modules downloaded`);
      }
    },
  });
  await rm(caches, { recursive: true, force: true });
  // `go install` has already given it this name everywhere but on Windows.
  await chmod(program, 0o755);
}
