import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installOnce } from '../../../local/cache-install.ts';
import { cacheDirectory } from '../../../local/directories.ts';
import { findProgram } from '../../../local/find-program.ts';
import { runCommand } from '../../../local/run-command.ts';

/** A program from PyPI. */
export interface PythonProgram {
  /** Names package and version in the cache, e.g. `moto-5.2.5`. */
  readonly name: string;
  /** What pip installs, e.g. `moto[server]==5.2.5`. */
  readonly requirement: string;
  /** The module that must be importable after that. */
  readonly module: string;
}

export interface PythonPackages {
  /** The interpreter. */
  readonly python: string;
  /** The directory with the packages, for `PYTHONPATH`; what they run by is in its `bin`. */
  readonly packages: string;
  /** Runs Python with the packages. @returns what it printed @throws with its output when it fails */
  run(args: readonly string[], options?: PythonOptions): Promise<string>;
}

export interface PythonOptions {
  environment?: Readonly<Record<string, string>>;
  /** Where it runs; here where left out. */
  directory?: string;
}

const MAX_OUTPUT_BYTES = 2 ** 26;

/** Downloads it once a user, into the cache. */
export async function pythonPackages(program: PythonProgram): Promise<PythonPackages> {
  const python = findProgram(['python3', 'python'], process.env);
  if (python === undefined) throw new Error(`There is no Python to run ${program.name} with.`);
  const packages = await installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: program.name,
    install: (directory) => install(python, program, directory),
  });
  return {
    python,
    packages,
    run: async (args, { environment = {}, directory } = {}) => {
      const env = { ...process.env, ...environment, PYTHONPATH: packages };
      const options = { env, cwd: directory, maxBuffer: MAX_OUTPUT_BYTES };
      return (await promisify(execFile)(python, args, options)).stdout;
    },
  };
}

async function install(python: string, program: PythonProgram, directory: string): Promise<void> {
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location'];
  const target = ['--target', directory, program.requirement];
  await runCommand(python, ['-m', 'pip', 'install', ...quiet, ...target]);
  await runCommand(python, ['-c', `import ${program.module}`], {
    environment: { ...process.env, PYTHONPATH: directory },
  });
}
