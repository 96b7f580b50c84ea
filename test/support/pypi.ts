import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../../local/cache-install.ts';
import { cacheDirectory } from '../../local/directories.ts';
import { findProgram } from '../../local/find-program.ts';
import { runCommand } from '../../local/run-command.ts';

/** Files of a package on PyPI that tests compare with: downloaded once a user, into the cache. */
export interface PypiFiles {
  readonly package: string;
  readonly version: string;
  /** The source distribution where the built one has no such files. */
  readonly distribution: 'wheel' | 'sdist';
  /** The folder of the archive whose files are kept, e.g. `googleapiclient/discovery_cache`. */
  readonly folder: string;
}

/** Takes the files of one folder out of the archive beside it, wherever in it the folder stands. */
const EXTRACT = `
import glob, os, sys, tarfile, zipfile
target, folder = sys.argv[1], '/' + sys.argv[2].strip('/') + '/'
[archive] = glob.glob(os.path.join(target, 'archive', '*'))
def keep(name, read):
    if folder in '/' + name and not name.endswith('/'):
        with open(os.path.join(target, os.path.basename(name)), 'wb') as file:
            file.write(read())
if archive.endswith('.whl'):
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            keep(name, lambda: opened.read(name))
else:
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            if member.isfile():
                keep(member.name, lambda: opened.extractfile(member).read())
`;

/** @returns the directory that the folder's files are in */
export async function pypiFiles(files: PypiFiles): Promise<string> {
  const python = findProgram(['python3', 'python'], process.env);
  if (python === undefined) throw new Error(`There is no Python to fetch ${files.package} with.`);
  return installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: `pypi-${files.package}-${files.version}`,
    install: (directory) => fetchInto(python, directory, files),
  });
}

async function fetchInto(python: string, directory: string, files: PypiFiles): Promise<void> {
  const archive = join(directory, 'archive');
  const only = files.distribution === 'sdist' ? '--no-binary' : '--only-binary';
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps', '--dest', archive];
  const requirement = `${files.package}==${files.version}`;
  await runCommand(python, ['-m', 'pip', 'download', ...quiet, only, ':all:', requirement]);
  await runCommand(python, ['-c', EXTRACT, directory, files.folder]);
  await rm(archive, { recursive: true });
}
