import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Sources, sourcesSchema } from '../model/sources.ts';

const DEFAULT_PATH = 'cmdb.yaml';

/** The sources file cannot be used; the message says where and why. */
export class SourcesError extends Error {
  override name = 'SourcesError';
  readonly code = 'bad_sources';
}

/**
 * Reads the sources file. Without one at the default place everything is found out; a file that
 * was named and is not there is an error.
 *
 * @param namedPath the value of CMDB_SOURCES
 * @throws {SourcesError} naming every wrong entry at once
 */
export async function loadSources(namedPath: string | undefined): Promise<Sources> {
  const path = namedPath ?? DEFAULT_PATH;
  const text = await readSources(path, namedPath !== undefined);
  const parsed = sourcesSchema.safeParse(parseYaml(path, text) ?? {});
  if (parsed.success) return { ...parsed.data, ...catalogueBeside(path, parsed.data) };
  const wrong = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(the file)'}: ${issue.message}`,
  );
  throw new SourcesError(`${path} has entries that cannot be used:\n${wrong.join('\n')}`);
}

/** The catalogue's directory is named from the place of the file that names it. */
function catalogueBeside(path: string, { catalogue }: Sources): Pick<Sources, 'catalogue'> {
  return catalogue === undefined ? {} : { catalogue: resolve(dirname(path), catalogue) };
}

async function readSources(path: string, mustExist: boolean): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && !mustExist) return '';
    throw new SourcesError(`The sources file ${path} cannot be read.`, { cause: error });
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new SourcesError(`${path} is not YAML: ${reason}`, { cause: error });
  }
}
