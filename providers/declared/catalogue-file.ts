import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type CatalogueDefaults, catalogueEnvelopeSchema } from '../../model/catalogue.ts';
import { type DeclaredItem, declaredItemSchema } from '../../model/declared-item.ts';
import {
  type DeclaredRelation,
  declaredRelationSchema,
  keyOf,
} from '../../model/declared-relation.ts';
import { CatalogueFileError, type CatalogueProblem } from './errors.ts';

/** An entry of a file, and where it begins. */
export interface CatalogueEntry {
  line: number;
  item: DeclaredItem;
}

/**
 * Reads a file of the catalogue: its items with the file's defaults, each with the relationships
 * that it has part in. One between two items of elsewhere is kept by the first item of the file.
 *
 * @throws {CatalogueFileError} naming everything that is wrong, by line and field
 */
export function parseCatalogueFile(file: string, text: string): CatalogueEntry[] {
  const source = new SourceText(file, text);
  const envelope = source.read(catalogueEnvelopeSchema, source.value, []);
  source.throwProblems();
  if (!envelope) return [];
  const { defaults } = envelope;
  const entries = envelope.items.flatMap((raw, place) => {
    const path = ['items', place];
    const item = source.read(declaredItemSchema, withDefaults(raw, defaults), path);
    return item ? [{ line: source.lineOf(path), item }] : [];
  });
  refuseTwins(source, entries);
  const relations = envelope.relations.flatMap((raw, place) => {
    const network = defaults.network === undefined ? {} : { network: defaults.network };
    return source.read(declaredRelationSchema, { ...network, ...raw }, ['relations', place]) ?? [];
  });
  if (relations.length > 0 && envelope.items.length === 0) {
    source.refuse(['relations'], 'need an item in this file, which they go with');
  }
  source.throwProblems();
  for (const relation of relations) carrierOf(relation, entries).relations.push(asKeys(relation));
  return entries;
}

/** A YAML text that can say in which line a field stands. */
class SourceText {
  readonly value: unknown;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;
  readonly #problems: CatalogueProblem[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of this.#document.errors) {
      this.#problems.push({ line: this.#lines.linePos(pos[0]).line, field: null, message });
    }
    this.throwProblems();
    this.value = this.#toValue() ?? {};
  }

  /** @returns null where it does not fit, which is a problem each */
  read<Schema extends z.ZodType>(
    schema: Schema,
    value: unknown,
    path: Path,
  ): z.output<Schema> | null {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      this.refuse([...path, ...issue.path.map((step) => step as string | number)], issue.message);
    }
    return null;
  }

  refuse(path: Path, message: string): void {
    this.#problems.push({
      line: this.lineOf(path),
      field: path.length === 0 ? null : path.join('.'),
      message,
    });
  }

  /** Of the field, or of what it is missing in. */
  lineOf(path: Path): number {
    for (let depth = path.length; depth > 0; depth--) {
      const node = this.#document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  throwProblems(): void {
    if (this.#problems.length > 0) throw new CatalogueFileError(this.#file, this.#problems);
  }

  /** Aliases that stand for too much are refused by the parser here, and not before. */
  #toValue(): unknown {
    try {
      return this.#document.toJS();
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      throw new CatalogueFileError(this.#file, [{ line: 1, field: null, message: error.message }]);
    }
  }
}

type Path = readonly (string | number)[];

function withDefaults(raw: Record<string, unknown>, { tags, ...fields }: CatalogueDefaults) {
  const own = raw.tags;
  // Tags that are none are left to be refused as what they are.
  const isMap =
    own === undefined || (typeof own === 'object' && own !== null && !Array.isArray(own));
  return { ...fields, ...raw, tags: isMap ? { ...tags, ...own } : own };
}

function refuseTwins(source: SourceText, entries: readonly CatalogueEntry[]): void {
  const known = new Map<string, number>();
  entries.forEach(({ line, item: { declared_id } }, place) => {
    const first = known.get(declared_id);
    if (first === undefined) known.set(declared_id, line);
    else source.refuse(['items', place, 'declared_id'], `is declared in line ${first}, too`);
  });
}

/** The item of the file that a relationship goes with, so that it ends with it. */
function carrierOf({ source, target }: DeclaredRelation, entries: readonly CatalogueEntry[]) {
  const items = entries.map(({ item }) => item);
  const named = (id: string) => items.find(({ declared_id }) => declared_id === id);
  const [first] = items.toSorted((a, b) => (a.declared_id < b.declared_id ? -1 : 1));
  const carrier = named(source) ?? named(target) ?? first;
  if (!carrier) throw new Error('A file with relations and no items was not refused.');
  return carrier;
}

/** Its ends as keys: the item that it goes with may be of another network. */
function asKeys({ network = undefined, source, target, ...rest }: DeclaredRelation) {
  const place = network ?? null;
  return { ...rest, source: keyOf(source, place), target: keyOf(target, place) };
}
