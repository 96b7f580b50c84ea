import type { DeclaredItem } from '../../model/declared-item.ts';
import { readCatalogueFile } from './catalogue-directory.ts';
import { parseCatalogueFile } from './catalogue-file.ts';
import type { DeclaredPlace, ElsewhereReader } from './declared-elsewhere.ts';

/** An entry of a file as it is listed; one whose id another file has, too, cannot be used. */
export type CatalogueRecord = DeclaredItem & { declared_elsewhere?: DeclaredPlace };

/** Reads one file of the catalogue. */
export interface CatalogueClient {
  /** @throws {CatalogueFileError} */
  records(): Promise<CatalogueRecord[]>;
}

/**
 * An id that two files declare is refused in both: which of them means it, is not ours to guess, and
 * what is known of the item stays as it is.
 */
export function createCatalogueClient(
  directory: string,
  file: string,
  readElsewhere: ElsewhereReader,
): CatalogueClient {
  return {
    async records() {
      const entries = parseCatalogueFile(file, await readCatalogueFile(directory, file));
      const elsewhere = await readElsewhere(directory, file);
      return entries.map(({ item }) => {
        const place = elsewhere.get(item.declared_id);
        return place ? { ...item, declared_elsewhere: place } : item;
      });
    },
  };
}
