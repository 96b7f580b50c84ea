import { createHash } from 'node:crypto';
import type { Pair } from './pair-stores.ts';
import type { Projected, ProjectedKind, Projection } from './projected.ts';
import type { GraphReport } from './verify-graph.ts';

export type FaultSort = 'missing' | 'superfluous' | 'differing';

/** One thing in which the graph is not what Postgres says. */
export interface Fault {
  sort: FaultSort;
  kind: ProjectedKind;
  type: string;
  /** `ci_id`, or `relationship_id`; empty where it has none. */
  id: string;
  /** Of a relationship. */
  source_ci_id: string | null;
  /** Of one that differs: in what. */
  fields: string[];
}

/** The things of one type in both stores. */
export interface TypeTally {
  kind: ProjectedKind;
  type: string;
  in_postgres: number;
  in_graph: number;
  /** Over the content of all of them, in any order: 128 bits as hexadecimal digits. */
  hash_postgres: string;
  hash_graph: string;
  missing: number;
  superfluous: number;
  differing: number;
}

/** The graph has this once, as it is in Postgres. */
export function isEqual({ store, graph }: Pair<unknown>): boolean {
  const [copy, other] = graph;
  return store !== null && copy !== undefined && !other && sameValues(store, copy);
}

function sameValues(one: Projected, other: Projected): boolean {
  return (
    one.values.length === other.values.length &&
    one.values.every((value, at) => value === other.values[at])
  );
}

/** @returns null where there is none */
export function faultOf(
  { kind, fields }: Pick<Projection<unknown>, 'kind' | 'fields'>,
  pair: Pair<unknown>,
): Fault | null {
  const { store, graph } = pair;
  const [copy] = graph;
  const thing = store ?? copy;
  if (!thing || isEqual(pair)) return null;
  const differing = copy ? fields.filter((_, at) => thing.values[at] !== copy.values[at]) : [];
  return {
    sort: !copy ? 'missing' : !store ? 'superfluous' : 'differing',
    kind,
    type: thing.type,
    id: thing.id,
    source_ci_id: kind === 'edges' ? thing.place.slice(0, thing.place.lastIndexOf(' ')) : null,
    fields: store && graph.length > 1 ? [...differing, 'copies'] : differing,
  };
}

interface Sums extends Omit<TypeTally, 'hash_postgres' | 'hash_graph'> {
  hash_postgres: bigint;
  hash_graph: bigint;
}

/** Counts and hashes by type, and the first faults of each sort. */
export class Tally {
  readonly #faultsTold: number;
  readonly #types = new Map<string, Sums>();
  readonly #faults: Fault[] = [];
  readonly #totals = { missing: 0, superfluous: 0, differing: 0 };
  #waiting = 0;

  constructor(faultsTold: number) {
    this.#faultsTold = faultsTold;
  }

  add(projection: Pick<Projection<unknown>, 'kind' | 'fields'>, pair: Pair<unknown>): void {
    const { store, graph } = pair;
    const fault = faultOf(projection, pair);
    const hash = store ? hashOf(store) : 0n;
    if (store) {
      const sums = this.#sumsOf(projection.kind, store.type);
      sums.in_postgres++;
      sums.hash_postgres = BigInt.asUintN(128, sums.hash_postgres + hash);
    }
    for (const copy of graph) {
      const sums = this.#sumsOf(projection.kind, copy.type);
      sums.in_graph++;
      const added = fault === null ? hash : hashOf(copy);
      sums.hash_graph = BigInt.asUintN(128, sums.hash_graph + added);
    }
    if (fault) this.#addFault(fault);
  }

  /** Nodes that have no id that could be compared. */
  addNameless(count: number): void {
    const sums = this.#sumsOf('nodes', NAMELESS);
    sums.in_graph += count;
    if (count === 0) this.#types.delete(`nodes ${NAMELESS}`);
    const fault: Omit<Fault, 'sort'> = {
      kind: 'nodes',
      type: NAMELESS,
      id: '',
      source_ci_id: null,
      fields: [],
    };
    for (let n = 0; n < count; n++) this.#addFault({ sort: 'superfluous', ...fault });
  }

  addWaiting(count: number): void {
    this.#waiting += count;
  }

  report(commits_behind: number): GraphReport {
    const faults = Object.values(this.#totals).reduce((sum, count) => sum + count, 0);
    return {
      is_equal: faults === 0 && this.#waiting === 0,
      types: [...this.#types.values()]
        .map((sums) => ({
          ...sums,
          hash_postgres: sums.hash_postgres.toString(16).padStart(32, '0'),
          hash_graph: sums.hash_graph.toString(16).padStart(32, '0'),
        }))
        .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
      faults: this.#faults,
      ...this.#totals,
      waiting: this.#waiting,
      commits_behind,
    };
  }

  #addFault(fault: Fault): void {
    this.#sumsOf(fault.kind, fault.type)[fault.sort]++;
    this.#totals[fault.sort]++;
    if (this.#totals[fault.sort] <= this.#faultsTold) this.#faults.push(fault);
  }

  #sumsOf(kind: ProjectedKind, type: string): Sums {
    const key = `${kind} ${type}`;
    let sums = this.#types.get(key);
    if (!sums) {
      sums = {
        kind,
        type,
        in_postgres: 0,
        in_graph: 0,
        hash_postgres: 0n,
        hash_graph: 0n,
        missing: 0,
        superfluous: 0,
        differing: 0,
      };
      this.#types.set(key, sums);
    }
    return sums;
  }
}

/** The type of a node that says of no item that it is that. */
const NAMELESS = 'without a ci_id';

function orderOf({ kind, type }: TypeTally): string {
  return `${kind === 'nodes' ? 0 : 1} ${type}`;
}

/** Hashes are added up, so that the order in which things are told apart does not matter. */
function hashOf({ place, values }: Projected): bigint {
  const digest = createHash('sha256').update(place).update(JSON.stringify(values)).digest('hex');
  return BigInt(`0x${digest.slice(0, 32)}`);
}
