import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Db } from '../../db/postgres/database.ts';
import {
  CI_TYPES,
  ENVIRONMENTS,
  type ReadFailureGraph,
  readFailureGraph,
} from '../../db/postgres/read-failure-graph.ts';
import { type CiType, kindsOf } from '../../model/ci-type.ts';
import type { CiEnvironment } from '../../model/enums.ts';
import type { IdIndex } from '../../model/failure-graph/id-index.ts';
import { type OutagesOfEach, outagesOfEach } from '../../model/failure-graph/outages-of-each.ts';

/** An item that takes others down with it when it fails alone. */
export interface SinglePoint {
  ci_id: string;
  /** How many others are out, in all and in the environment that was asked about. */
  outages: number;
  outages_in_environment: number;
  critical_outages: number;
}

export interface SinglePointFilter {
  /** Where the outages are that count. */
  environment?: CiEnvironment | undefined;
  /** The class of the single point itself, with its more specific kinds. */
  ci_type?: CiType | undefined;
}

export interface RankedPoints {
  /** How many there are. */
  total: number;
  /** Those that take down the most, first. */
  points: SinglePoint[];
}

/** Steps of the analysis before it is cut; a million items take some 15 million, a second. */
const MAX_STEPS = 300_000_000;

const PRODUCTION = ENVIRONMENTS.indexOf('production');

const KINDS = ENVIRONMENTS.length;

/** Every single point of failure of one state of the inventory. */
export class SinglePoints {
  readonly seq: number;
  readonly state_at: Date | null;
  readonly is_truncated: boolean;
  /** How long it took to find out. */
  readonly took_ms: number;
  readonly #ids: IdIndex;
  readonly #items: Int32Array;
  readonly #types: Uint8Array;
  /** A row of counts for each, by environment. */
  readonly #counts: Int32Array;

  constructor(
    { graph, ids, ci_types, seq, state_at }: ReadFailureGraph,
    { counts, is_truncated }: OutagesOfEach,
    tookMs: number,
  ) {
    const takesDown = (item: number) => {
      for (let kind = 0; kind < KINDS; kind += 1)
        if (counts[item * KINDS + kind] !== 0) return true;
      return false;
    };
    // One that is down already has failed.
    this.#items = Int32Array.from(graph.up.keys()).filter(
      (item) => graph.up[item] === 1 && takesDown(item),
    );
    this.#types = Uint8Array.from(this.#items, (item) => ci_types[item] ?? 0);
    this.#counts = new Int32Array(this.#items.length * KINDS);
    for (const [place, item] of this.#items.entries()) {
      this.#counts.set(counts.subarray(item * KINDS, (item + 1) * KINDS), place * KINDS);
    }
    this.#ids = ids;
    this.seq = seq;
    this.state_at = state_at;
    this.is_truncated = is_truncated;
    this.took_ms = tookMs;
  }

  /** Those that take down something in the environment, the worst first. */
  rank({ environment, ci_type }: SinglePointFilter, limit: number): RankedPoints {
    const types = ci_type && new Set(kindsOf(ci_type).map((type) => CI_TYPES.indexOf(type)));
    const where = environment === undefined ? null : ENVIRONMENTS.indexOf(environment);
    const best: Array<{ place: number; here: number; all: number }> = [];
    let total = 0;
    for (let place = 0; place < this.#items.length; place += 1) {
      if (types && !types.has(this.#types[place] ?? 0)) continue;
      let all = 0;
      for (let kind = 0; kind < KINDS; kind += 1) all += this.#counts[place * KINDS + kind] ?? 0;
      const here = where === null ? all : (this.#counts[place * KINDS + where] ?? 0);
      if (here === 0) continue;
      total += 1;
      const point = { place, here, all };
      const last = best.at(-1);
      if (best.length === limit && last && this.#compare(point, last) > 0) continue;
      const behind = best.findIndex((other) => this.#compare(point, other) < 0);
      best.splice(behind === -1 ? best.length : behind, 0, point);
      if (best.length > limit) best.pop();
    }
    return {
      total,
      points: best.map(({ place, here, all }) => ({
        ci_id: this.#ids.text(this.#items[place] ?? 0),
        outages: all,
        outages_in_environment: here,
        critical_outages: this.#counts[place * KINDS + PRODUCTION] ?? 0,
      })),
    };
  }

  #compare(a: { place: number; here: number; all: number }, b: typeof a): number {
    return (
      b.here - a.here ||
      b.all - a.all ||
      this.#ids.compare(this.#items[a.place] ?? 0, this.#items[b.place] ?? 0)
    );
  }
}

/** Finds the single points of failure of the inventory as it is now. */
export async function findSinglePoints(db: Db): Promise<SinglePoints> {
  const started = performance.now();
  const read = await readFailureGraph(db);
  const work = outagesOfEach(read.graph, {
    kinds: read.environments,
    kind_count: KINDS,
    max_steps: MAX_STEPS,
  });
  let step = work.next();
  while (!step.done) {
    await turnOfOthers();
    step = work.next();
  }
  return new SinglePoints(read, step.value, performance.now() - started);
}
