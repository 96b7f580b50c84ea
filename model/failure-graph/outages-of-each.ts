import { componentsOf } from './components.ts';
import type { FailureGraph } from './failure-graph.ts';

/** What each item would take down if it failed alone. */
export interface OutagesOfEach {
  /** `counts[item × kinds + kind]`: how many others of a kind are out when the item is. */
  readonly counts: Int32Array;
  /** The work was cut: items that were not looked at count nothing. */
  readonly is_truncated: boolean;
  /** Steps from an item to one that it carries, over which the failures were followed. */
  readonly steps: number;
}

export interface OutageOptions {
  /** A kind of each item, from 0 on, by which outages are counted: its environment. */
  kinds: Uint8Array;
  kind_count: number;
  /** Steps after which the work is cut. */
  max_steps: number;
}

/** Steps between two chances for others to have their turn. */
const STEPS_PER_TURN = 50_000;

/**
 * Counts, for every item, what is out when that item alone fails: its own impact without any bound.
 *
 * It follows each failure through the graph. That sounds quadratic and is not: the sum of all
 * impacts is the sum, over all items, of how many items each of them cannot do without – tens, also
 * where an account carries a million. Two rules take out what would be: items that fail with each
 * other alone (a cycle) have one impact, which is followed once; and one that carries a single item has
 * that item's, and it, which makes a chain cost its length.
 *
 * Yields now and then, so that a process that answers others can do so meanwhile.
 */
export function* outagesOfEach(
  graph: FailureGraph,
  { kinds, kind_count, max_steps }: OutageOptions,
): Generator<void, OutagesOfEach> {
  const { alone_offsets, alone, grouped_offsets, grouped } = graph;
  const cycles = yield* componentsOf(alone_offsets, alone);
  const circles = yield* componentsOf(...anyNeed(graph));
  const counts = new Int32Array(graph.items * kind_count);
  /** Whether counts stand there, and include the item itself. */
  const isKnown = new Uint8Array(graph.items);
  const failure = new Failure(graph);
  const first = firstOfEach(cycles);
  let turn = STEPS_PER_TURN;
  let isTruncated = false;

  for (const item of byWeight(graph)) {
    if (first[cycles[item] ?? 0] !== item || soleDependent(item) !== -1) continue;
    if (failure.steps >= max_steps) {
      isTruncated = true;
      break;
    }
    for (const lost of failure.of(item)) {
      const at = item * kind_count + (kinds[lost] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    isKnown[item] = 1;
    if (failure.steps < turn) continue;
    turn = failure.steps + STEPS_PER_TURN;
    yield;
  }
  // A component comes after those that it leads to, so what a sole dependent takes down is known.
  for (const item of inOrderOf(circles, graph.items)) {
    const known = isKnown[item] === 1 ? item : (first[cycles[item] ?? 0] ?? item);
    const sole = soleDependent(item);
    const from = isKnown[known] === 1 ? known : sole;
    if (from === -1 || isKnown[from] !== 1) continue;
    if (from !== item) {
      counts.copyWithin(item * kind_count, from * kind_count, (from + 1) * kind_count);
      if (from === sole) add(item, 1);
    }
    isKnown[item] = 1;
  }
  for (let item = 0; item < graph.items; item += 1) {
    if (isKnown[item] === 1) add(item, -1);
    else isTruncated = true;
  }
  return { counts, is_truncated: isTruncated, steps: failure.steps };

  /** The one item that this one carries, where it carries no other and is not carried by it. */
  function soleDependent(item: number): number {
    const begin = alone_offsets[item] ?? 0;
    if ((alone_offsets[item + 1] ?? 0) - begin !== 1) return -1;
    if (grouped_offsets[item] !== grouped_offsets[item + 1]) return -1;
    const dependent = alone[begin] ?? 0;
    return circles[item] === circles[dependent] ? -1 : dependent;
  }

  function add(item: number, number: number): void {
    const at = item * kind_count + (kinds[item] ?? 0);
    counts[at] = (counts[at] ?? 0) + number;
  }

  /** Every need as a step from the item that is needed: those of groups as well. */
  function anyNeed({ group_dependents }: FailureGraph): [Int32Array, Int32Array] {
    const offsets = new Int32Array(graph.items + 1);
    const targets = new Int32Array(alone.length + grouped.length);
    let end = 0;
    for (let item = 0; item < graph.items; item += 1) {
      for (let at = alone_offsets[item] ?? 0; at < (alone_offsets[item + 1] ?? 0); at += 1) {
        targets[end] = alone[at] ?? 0;
        end += 1;
      }
      for (let at = grouped_offsets[item] ?? 0; at < (grouped_offsets[item + 1] ?? 0); at += 1) {
        targets[end] = group_dependents[(grouped[at] ?? 0) >> 1] ?? 0;
        end += 1;
      }
      offsets[item + 1] = end;
    }
    return [offsets, targets];
  }
}

/** Follows failures one after another, without clearing anything between two. */
class Failure {
  steps = 0;
  readonly #graph: FailureGraph;
  /** The failure by which an item or a group was touched last. */
  readonly #lostIn: Int32Array;
  readonly #touchedIn: Int32Array;
  readonly #slack: Int32Array;
  readonly #lost: Int32Array;
  #number = 0;

  constructor(graph: FailureGraph) {
    this.#graph = graph;
    this.#lostIn = new Int32Array(graph.items);
    this.#lost = new Int32Array(graph.items);
    this.#touchedIn = new Int32Array(graph.group_slack.length);
    this.#slack = new Int32Array(graph.group_slack.length);
  }

  /** @returns all that is out when the item fails, the item among it; valid until the next call */
  of(item: number): Int32Array {
    const { alone_offsets, alone, grouped_offsets, grouped } = this.#graph;
    this.#number += 1;
    const lost = this.#lost;
    lost[0] = item;
    this.#lostIn[item] = this.#number;
    let count = 1;
    for (let done = 0; done < count; done += 1) {
      const member = lost[done] ?? 0;
      const aloneEnd = alone_offsets[member + 1] ?? 0;
      for (let at = alone_offsets[member] ?? 0; at < aloneEnd; at += 1) {
        const dependent = alone[at] ?? 0;
        if (this.#lostIn[dependent] === this.#number) continue;
        this.#lostIn[dependent] = this.#number;
        lost[count] = dependent;
        count += 1;
      }
      const groupedEnd = grouped_offsets[member + 1] ?? 0;
      for (let at = grouped_offsets[member] ?? 0; at < groupedEnd; at += 1) {
        const dependent = this.#lostWithGroup(grouped[at] ?? 0);
        if (dependent === -1 || this.#lostIn[dependent] === this.#number) continue;
        this.#lostIn[dependent] = this.#number;
        lost[count] = dependent;
        count += 1;
      }
      this.steps += aloneEnd - (alone_offsets[member] ?? 0);
      this.steps += groupedEnd - (grouped_offsets[member] ?? 0) + 1;
    }
    return lost.subarray(0, count);
  }

  /** Takes a member from a group. @returns who is lost with it, or -1 */
  #lostWithGroup(code: number): number {
    const group = code >> 1;
    if (this.#touchedIn[group] !== this.#number) {
      this.#touchedIn[group] = this.#number;
      this.#slack[group] = this.#graph.group_slack[group] ?? 0;
    }
    const left = (this.#slack[group] ?? 0) - (code & 1);
    this.#slack[group] = left;
    return left < 0 ? (this.#graph.group_dependents[group] ?? -1) : -1;
  }
}

/** The first item of each component. */
function firstOfEach(components: Int32Array): Int32Array {
  const first = new Int32Array(components.length).fill(-1);
  for (let item = components.length - 1; item >= 0; item -= 1) {
    first[components[item] ?? 0] = item;
  }
  return first;
}

/** The items that carry the most first, so that a cut loses the least of them. */
function byWeight({ items, alone_offsets, grouped_offsets }: FailureGraph): Int32Array {
  const lightness = new Int32Array(items);
  for (let item = 0; item < items; item += 1) {
    const alone = (alone_offsets[item + 1] ?? 0) - (alone_offsets[item] ?? 0);
    const grouped = (grouped_offsets[item + 1] ?? 0) - (grouped_offsets[item] ?? 0);
    lightness[item] = Math.max(0, MAX_WEIGHT - alone - grouped);
  }
  return inOrderOf(lightness, MAX_WEIGHT + 1);
}

/** Of heavier items it does not matter which comes first. */
const MAX_WEIGHT = 65_535;

/** The items in the order of a number below `limit` that each has; a counting sort. */
function inOrderOf(numbers: Int32Array, limit: number): Int32Array {
  const places = new Int32Array(limit + 1);
  for (const number of numbers) places[number + 1] = (places[number + 1] ?? 0) + 1;
  for (let number = 0; number < limit; number += 1) {
    places[number + 1] = (places[number + 1] ?? 0) + (places[number] ?? 0);
  }
  const ordered = new Int32Array(numbers.length);
  for (let item = 0; item < numbers.length; item += 1) {
    const number = numbers[item] ?? 0;
    const place = places[number] ?? 0;
    ordered[place] = item;
    places[number] = place + 1;
  }
  return ordered;
}
