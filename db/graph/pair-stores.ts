import type { Db } from '../postgres/database.ts';
import type { Graph } from './graph.ts';
import type { InGraph, InStore, Projection } from './projected.ts';

/** What both stores have at one place; at least one of them has something. */
export interface Pair<Row> {
  store: InStore<Row> | null;
  /** More than one only where something is wrong. */
  graph: readonly InGraph[];
}

/** As many as one answer of Neo4j holds well: 5,000 rows of fifteen values. */
export const PAGE_ROWS = 5_000;

/**
 * Walks through both stores side by side, in the order of places, and pairs what stands at the same
 * place. A page of each is in memory, and the next on its way, however much there is.
 *
 * The stores are not read at the same moment: what somebody writes meanwhile may look different.
 */
export async function* pairStores<Row>(
  projection: Projection<Row>,
  db: Db,
  graph: Graph,
  pageRows: number,
): AsyncGenerator<Array<Pair<Row>>> {
  const store = new Stream((after: InStore<Row> | null) =>
    projection.storePage(db, after, pageRows),
  );
  const inGraph = new Stream((after: InGraph | null) =>
    projection.graphPage(graph, after, pageRows),
  );
  try {
    for (;;) {
      // The pages at hand reach up to here; behind it one of the streams may have more.
      const ends = (await Promise.all([store.end(), inGraph.end()])).filter((end) => end !== null);
      const [first] = ends.sort();
      if (first === undefined) return;
      yield pairUp(store.takeUpTo(first), inGraph.takeUpTo(first));
    }
  } finally {
    await Promise.allSettled([store.settled(), inGraph.settled()]);
  }
}

function pairUp<Row>(
  store: ReadonlyArray<InStore<Row>>,
  graph: readonly InGraph[],
): Array<Pair<Row>> {
  const copies = Map.groupBy(graph, ({ place }) => place);
  const pairs: Array<Pair<Row>> = store.map((thing) => {
    const found = copies.get(thing.place) ?? [];
    copies.delete(thing.place);
    return { store: thing, graph: found };
  });
  for (const stray of copies.values()) pairs.push({ store: null, graph: stray });
  return pairs;
}

/** Pages in order, of which the next is asked for while one is worked on. */
class Stream<Thing extends { place: string }> {
  readonly #read: (after: Thing | null) => Promise<Thing[]>;
  #next: Promise<Thing[]>;
  #page: Thing[] = [];
  #isOver = false;

  constructor(read: (after: Thing | null) => Promise<Thing[]>) {
    this.#read = read;
    this.#next = read(null);
    // Who fails while nobody waits is told when somebody does.
    this.#next.catch(() => {});
  }

  /** @returns the last place of the page at hand; null when there is nothing more */
  async end(): Promise<string | null> {
    if (this.#page.length === 0 && !this.#isOver) {
      this.#page = await this.#next;
      const last = this.#page.at(-1);
      if (last === undefined) this.#isOver = true;
      else {
        this.#next = this.#read(last);
        this.#next.catch(() => {});
      }
    }
    return this.#page.at(-1)?.place ?? null;
  }

  takeUpTo(place: string): Thing[] {
    const behind = this.#page.findIndex((thing) => thing.place > place);
    return this.#page.splice(0, behind === -1 ? this.#page.length : behind);
  }

  settled(): Promise<unknown> {
    return this.#next;
  }
}
