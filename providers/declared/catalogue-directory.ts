import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogueFileError } from './errors.ts';

/** Far above what people write; a larger file is not one of theirs. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/**
 * The files of the catalogue, by their paths from the directory on, sorted. What begins with a dot is
 * none: editors and Kubernetes keep their own things there.
 *
 * @throws what the file system throws, where the directory cannot be listed
 */
export async function catalogueFiles(directory: string, below = ''): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(directory, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await catalogueFiles(directory, path)));
    else if (/\.ya?ml$/i.test(entry.name)) files.push(path);
  }
  return files.sort();
}

/** @throws {CatalogueFileError} for a file that is too large to be one */
export async function readCatalogueFile(directory: string, file: string): Promise<string> {
  const path = join(directory, file);
  if ((await stat(path)).size > MAX_FILE_BYTES) {
    const message = `is larger than ${MAX_FILE_BYTES} bytes`;
    throw new CatalogueFileError(file, [{ line: 1, field: null, message }]);
  }
  return readFile(path, 'utf8');
}
