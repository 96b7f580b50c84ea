import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './exclusive-lock.ts';
import { explain, ReadableError } from './explain.ts';
import { Progress } from './progress.ts';
import { CommandFailedError, runCommand } from './run-command.ts';
import { whileInterruptible } from './signals.ts';

const STAMP = join('node_modules', '.package-lock.sha256');

/** Why `node_modules` has to be installed, or `fresh`. */
export type DependencyState = 'fresh' | 'missing' | 'stale';

/**
 * Compares `node_modules` with `package-lock.json`, by a stamp written after the last complete
 * installation. The stamp covers Node's major version and the platform too, because some packages
 * are chosen or built by them.
 */
export function dependencyState(clone: string): DependencyState {
  if (!existsSync(join(clone, 'node_modules'))) return 'missing';
  const stamp = join(clone, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp(clone)
    ? 'fresh'
    : 'stale';
}

/**
 * Installs exactly what `package-lock.json` lists when `node_modules` is missing or stale. Of two
 * that start at once in one clone the second one waits and then finds it done.
 *
 * @throws {ReadableError} when npm fails, with what it said
 */
export async function ensureDependencies(clone: string): Promise<void> {
  if (dependencyState(clone) === 'fresh') return;
  const progress = new Progress(process.stderr, process.env);
  const step = progress.step('Dependencies');
  try {
    await withLock(
      join(clone, '.local', 'dependencies.lock'),
      async () => {
        const state = dependencyState(clone);
        if (state === 'fresh') return;
        if (state === 'missing' || !installedByHand(clone)) {
          step.update(`${state}: installing them with npm`);
          await rm(join(clone, STAMP), { force: true });
          await whileInterruptible((signal) => installAll(clone, signal));
        }
        await writeFile(join(clone, STAMP), wantedStamp(clone));
      },
      () => step.update('another process is installing them'),
    );
    step.done('complete');
  } catch (error) {
    step.failed();
    throw new ReadableError(
      `The dependencies could not be installed.\n${explain(error)}\n` +
        'npm must reach its registry (behind a proxy: npm config set proxy). ' +
        'To see more, run: npm ci',
      { cause: error },
    );
  } finally {
    progress.close();
  }
}

/**
 * Runs `npm ci`, or `npm install` where npm refuses the lock file as incomplete: one written where
 * the registry lacks some platforms' builds of a package leaves those out, although none of them is
 * wanted here. That installs the locked versions too, and does not write the lock file.
 */
async function installAll(clone: string, signal: AbortSignal): Promise<void> {
  const quiet = ['--no-audit', '--no-fund'];
  try {
    await npm(clone, ['ci', ...quiet], signal);
  } catch (error) {
    if (!(error instanceof CommandFailedError && error.message.includes('EUSAGE'))) throw error;
    await npm(clone, ['install', '--no-save', ...quiet], signal);
  }
}

async function npm(clone: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const cli = process.env.npm_execpath;
  const [program, first] = cli?.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []];
  await runCommand(program, [...first, ...args], { cwd: clone, signal });
}

function wantedStamp(clone: string): string {
  const lock = readFileSync(join(clone, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const major = process.versions.node.split('.')[0];
  return `${hash} node-${major} ${process.platform}-${process.arch}\n`;
}

/**
 * Whether somebody ran npm themselves since: npm's own record of what it put into `node_modules`
 * then has every version the lock file asks for, and installing again would only take time.
 */
function installedByHand(clone: string): boolean {
  const record = join(clone, 'node_modules', '.package-lock.json');
  if (existsSync(join(clone, STAMP)) && !sameNodeAsStamp(clone)) return false;
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(join(clone, 'package-lock.json'))).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || installed[path]?.version === version,
  );
}

function sameNodeAsStamp(clone: string): boolean {
  const withoutHash = (stamp: string): string => stamp.slice(stamp.indexOf(' '));
  return withoutHash(readFileSync(join(clone, STAMP), 'utf8')) === withoutHash(wantedStamp(clone));
}

interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
}

function packagesOf(lockFile: string): Record<string, LockedPackage> {
  const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as {
    packages?: Record<string, LockedPackage>;
  };
  return lock.packages ?? {};
}
