/**
 * Who fails with whom, of all items at once, in flat arrays: a million items and two million
 * relationships take some 100 MB and are walked at tens of millions of steps a second.
 *
 * Items and groups are numbers. What item `m` carries stands in two lists, each from its offset to that of
 * the next item: `alone`, the items that fail with it; and `grouped`, the groups that it is a member of, as
 * `2 × group + 1` where it counts as up there, and `2 × group` where it is lost already.
 */
export interface FailureGraph {
  readonly items: number;
  /** 1 for items that are up. */
  readonly up: Uint8Array;
  readonly alone_offsets: Int32Array;
  readonly alone: Int32Array;
  readonly grouped_offsets: Int32Array;
  readonly grouped: Int32Array;
  /** The item that needs the group. */
  readonly group_dependents: Int32Array;
  /** How many members of the group may be lost before its dependent is; below 0, it is out. */
  readonly group_slack: Int32Array;
}

const GROWTH = 1.5;

/** A list of whole numbers that grows. */
class Numbers {
  #values = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(Math.ceil(this.#values.length * GROWTH));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  raise(index: number, value: number): void {
    if ((this.#values[index] ?? 0) < value) this.#values[index] = value;
  }
}

/** Takes needs one by one, in any order, and makes the graph of them. */
export class FailureGraphBuilder {
  readonly #members = { alone: new Numbers(), grouped: new Numbers() };
  readonly #values = { alone: new Numbers(), grouped: new Numbers() };
  readonly #groupDependents = new Numbers();
  readonly #groupMinUp = new Numbers();

  /** `dependent` fails with `member`. */
  needsAlone(dependent: number, member: number): void {
    this.#members.alone.push(member);
    this.#values.alone.push(dependent);
  }

  /**
   * `dependent` needs `minUp` of a group, of which `member` is one.
   *
   * @param group numbered from 0 on, in the order in which groups come first
   */
  needsOneOf(
    dependent: number,
    member: number,
    need: { group: number; min_up: number; is_healthy: boolean },
  ): void {
    if (need.group === this.#groupDependents.length) {
      this.#groupDependents.push(dependent);
      this.#groupMinUp.push(need.min_up);
    }
    this.#groupMinUp.raise(need.group, need.min_up);
    this.#members.grouped.push(member);
    this.#values.grouped.push(need.group * 2 + (need.is_healthy ? 1 : 0));
  }

  /** @param up 1 for each item that is up */
  build(up: Uint8Array): FailureGraph {
    const alone = byMember(this.#members.alone, this.#values.alone, up.length, sameItem);
    const grouped = byMember(this.#members.grouped, this.#values.grouped, up.length, sameGroup);
    const groups = this.#groupDependents.length;
    const dependents = new Int32Array(groups);
    const slack = new Int32Array(groups);
    for (let group = 0; group < groups; group += 1) {
      dependents[group] = this.#groupDependents.at(group);
      slack[group] = -this.#groupMinUp.at(group);
    }
    for (let member = 0; member < up.length; member += 1) {
      for (let at = grouped.offsets[member] ?? 0; at < (grouped.offsets[member + 1] ?? 0); at++) {
        const code = grouped.values[at] ?? 0;
        if ((code & 1) === 0) continue;
        if (up[member] === 1) slack[code >> 1] = (slack[code >> 1] ?? 0) + 1;
        else grouped.values[at] = code - 1;
      }
    }
    return {
      items: up.length,
      up,
      alone_offsets: alone.offsets,
      alone: alone.values,
      grouped_offsets: grouped.offsets,
      grouped: grouped.values,
      group_dependents: dependents,
      group_slack: slack,
    };
  }
}

const sameItem = (a: number, b: number) => a === b;
const sameGroup = (a: number, b: number) => a >> 1 === b >> 1;

/**
 * Sorts values by their member, and leaves one of those that are the same: the highest, which of a
 * group is the one that counts as up.
 */
function byMember(
  members: Numbers,
  values: Numbers,
  items: number,
  isSame: (a: number, b: number) => boolean,
): { offsets: Int32Array; values: Int32Array } {
  const ends = new Int32Array(items + 1);
  for (let at = 0; at < members.length; at += 1) {
    const member = members.at(at) + 1;
    ends[member] = (ends[member] ?? 0) + 1;
  }
  for (let item = 0; item < items; item += 1) {
    ends[item + 1] = (ends[item + 1] ?? 0) + (ends[item] ?? 0);
  }
  const places = ends.slice();
  const sorted = new Int32Array(members.length);
  for (let at = 0; at < members.length; at += 1) {
    const member = members.at(at);
    const place = places[member] ?? 0;
    sorted[place] = values.at(at);
    places[member] = place + 1;
  }
  const offsets = new Int32Array(items + 1);
  let kept = 0;
  for (let item = 0; item < items; item += 1) {
    const own = sorted.subarray(ends[item], ends[item + 1]);
    if (own.length > 1) own.sort();
    for (let at = 0; at < own.length; at += 1) {
      const value = own[at] ?? 0;
      const next = own[at + 1];
      if (next !== undefined && isSame(value, next)) continue;
      sorted[kept] = value;
      kept += 1;
    }
    offsets[item + 1] = kept;
  }
  return { offsets, values: sorted.slice(0, kept) };
}
