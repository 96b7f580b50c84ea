import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { CiEnvironment } from '../model/enums.ts';
import type { OwnershipReader } from '../model/ownership.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import type { Scope } from '../model/scope.ts';

/** Everything that decides what a record becomes. */
export interface Mapping {
  readonly type: AnyResourceType;
  readonly scope: Scope;
  readonly defaultEnvironment: CiEnvironment;
  readonly ownership: OwnershipReader;
  /** Changes whenever the code or the configuration that maps records does. */
  readonly release: string;
}

/** The folders whose code takes part in mapping a record. */
const FOLDERS = ['activities', 'db/postgres/staging', 'model', 'providers'];

/**
 * What stands for the code and the configuration that map records: a hash of the source files and
 * of the sources file. A new release maps every record anew, once; so does an edit in development.
 */
export async function mappingRelease(configuration: unknown): Promise<string> {
  const home = new URL('../', import.meta.url);
  const texts: string[] = [];
  for (const folder of FOLDERS) {
    const base = new URL(`${folder}/`, home);
    const files = (await readdir(base, { recursive: true })).filter((file) => file.endsWith('.ts'));
    for (const file of files.sort()) {
      texts.push(`${folder}/${file}`, await readFile(new URL(file, base), 'utf8'));
    }
  }
  return hash('sha256', JSON.stringify([configuration, texts]), 'hex');
}
