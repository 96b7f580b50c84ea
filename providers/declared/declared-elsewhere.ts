import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { catalogueFiles, readCatalogueFile } from './catalogue-directory.ts';

/** Where an id is declared. */
export interface DeclaredPlace {
  file: string;
  line: number;
}

/** Finds the ids that other files of a directory declare, too. */
export type ElsewhereReader = (
  directory: string,
  file: string,
) => Promise<ReadonlyMap<string, DeclaredPlace>>;

/**
 * Makes a reader that reads each file again only when it has changed: every file of a catalogue is
 * a listing of its own, and each asks for all the others.
 */
export function createElsewhereReader(): ElsewhereReader {
  const known = new Map<string, { stamp: string; ids: ReadonlyMap<string, number> }>();
  const idsOf = async (directory: string, file: string) => {
    const path = join(directory, file);
    const { mtimeMs, size, ino } = await stat(path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    const earlier = known.get(path);
    if (earlier?.stamp === stamp) return earlier.ids;
    const ids = declaredIds(await readCatalogueFile(directory, file));
    known.set(path, { stamp, ids });
    return ids;
  };
  return async (directory, file) => {
    const elsewhere = new Map<string, DeclaredPlace>();
    for (const other of await catalogueFiles(directory)) {
      if (other === file) continue;
      for (const [id, line] of await idsOf(directory, other)) {
        if (!elsewhere.has(id)) elsewhere.set(id, { file: other, line });
      }
    }
    return elsewhere;
  };
}

/** The ids in a file, whatever else is wrong with it, with their lines. */
function declaredIds(text: string): ReadonlyMap<string, number> {
  const lineCounter = new LineCounter();
  const ids = new Map<string, number>();
  const items = parseDocument(text, { lineCounter }).get('items');
  if (!isSeq(items)) return ids;
  for (const item of items.items) {
    const id = isMap(item) ? item.get('declared_id', true) : null;
    if (!isScalar(id) || typeof id.value !== 'string' || !id.range) continue;
    ids.set(id.value, lineCounter.linePos(id.range[0]).line);
  }
  return ids;
}
