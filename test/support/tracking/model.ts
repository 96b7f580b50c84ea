/*
 * What tracking must know after any sequence of scans, told in the plainest way: maps and lists, no
 * store, no hashes, no intervals. It shares nothing with what it judges.
 */

/** The resource types of the estate; each is a slice. Of the fleet there are many. */
export type SliceName = 'disks' | 'hosts' | 'fleet';

/** A thing as a source lists it. */
export interface Listed {
  id: string;
  size: number;
  owner: string | null;
  status: 'active' | 'inactive';
  /** Volatile. */
  load: number;
  /** Ids of things that it depends on. */
  needs: string[];
}

/** How one slice is listed in a run. */
export interface Listing {
  slice: SliceName;
  outcome: 'complete' | 'partial' | 'denied' | 'failed';
  things: Listed[];
  /** Ids that are listed with a record that cannot be read. */
  unreadable: string[];
  /** How the attempts went before this end, which makes no difference to it. */
  trouble: Trouble;
}

/**
 * An attempt was throttled for so long that it was given up after half of its pages; or its page token
 * expired, and by then everything had been otherwise.
 */
export type Trouble = 'none' | 'throttled' | 'expired';

/** A described field of an item, by its path. */
export type Held = Record<string, string | number | null>;

export interface Version {
  held: Held;
  by: string | null;
}

interface Item {
  id: string;
  slice: SliceName;
  listed: Listed;
  set: Map<string, string>;
  /** Complete listings in a row without it. */
  misses: number;
  versions: Version[];
}

/** An item as an answer has it. */
export interface Told extends Held {
  version: number;
  missing: string;
  retired: string;
}

/** What is to be seen at one time. */
export interface Seen {
  items: Record<string, Told>;
  edges: string[];
}

export interface Counts {
  added: number;
  changed: number;
  missing: number;
  retired: number;
  resurrected: number;
  held_slices: number;
}

export interface Promoted {
  counts: Counts;
  refusal: 'stale_run' | 'staging_mismatch' | null;
}

interface Staged extends Listing {
  order: number;
  /** Ids of things that were then as they are listed: only that is staged of them. */
  unchanged: Set<string>;
}

const PROMOTABLE = ['complete', 'partial'];

/** A slice that would lose more items than this, and more than half of them, waits for a person. */
const MAX_LOSS_ITEMS = 20;

export class TrackingModel {
  /** Complete listings in a row that prove that something is gone. */
  readonly grace: number;
  readonly items = new Map<string, Item>();
  readonly runs = new Map<number, Staged[]>();
  edges = new Set<string>();
  /** Each commit's events, in any order; commits without events are counted only. */
  readonly events: string[][] = [];
  commits = 0;
  #order = 0;
  readonly #promoted: Record<SliceName, number> = { disks: 0, hosts: 0, fleet: 0 };

  constructor(grace: number) {
    this.grace = grace;
  }

  /** Lists slices in a run, up to the end of their listings. */
  stage(run: number, listings: readonly Listing[]): void {
    const staged = listings.map((listing): Staged => {
      this.#order += 1;
      const unchanged = listing.things.filter((thing) => this.#isPresent(thing));
      const ids = new Set(unchanged.map(({ id }) => id));
      return { ...listing, order: this.#order, unchanged: ids };
    });
    this.runs.set(run, staged);
  }

  promote(run: number): Promoted {
    const staged = (this.runs.get(run) ?? []).filter(({ outcome }) => PROMOTABLE.includes(outcome));
    const fresh = staged.filter(({ slice, order }) => this.#promoted[slice] <= order);
    const sound = fresh.filter(({ things, unchanged }) =>
      things.every((thing) => !unchanged.has(thing.id) || this.#isPresent(thing)),
    );
    const counts = { added: 0, changed: 0, missing: 0, retired: 0, resurrected: 0, held_slices: 0 };
    const events: string[] = [];
    let isWritten = false;
    for (const listing of sound) {
      this.#promoted[listing.slice] = listing.order;
      const isProof = listing.outcome === 'complete' && !this.#isHeld(listing);
      if (listing.outcome === 'complete' && !isProof) counts.held_slices += 1;
      const written = [
        ...listing.things.map((thing) => this.#adopt(listing.slice, thing, counts, events)),
        ...listing.unreadable.map((id) => this.#recognise(id, counts, events)),
        ...(isProof ? this.#miss(listing, counts, events) : []),
      ];
      isWritten ||= written.includes(true);
    }
    this.runs.set(
      run,
      (this.runs.get(run) ?? []).filter((listing) => !sound.includes(listing)),
    );
    this.#commit(isWritten, events);
    const isStale = fresh.length < staged.length;
    const isUnsound = sound.length < fresh.length;
    return { counts, refusal: isStale ? 'stale_run' : isUnsound ? 'staging_mismatch' : null };
  }

  /** A person's own values; null gives a field back. @returns whether it makes a version */
  set(id: string, change: Record<string, string | null>, by: string): boolean {
    const item = this.items.get(id);
    if (!item) return false;
    for (const [field, value] of Object.entries(change)) {
      if (value === null) item.set.delete(field);
      else item.set.set(field, value);
    }
    const events: string[] = [];
    const isNew = this.#note(item, by);
    if (isNew) events.push(this.#event('ci.updated', item, true));
    this.#commit(isNew, events);
    return isNew;
  }

  /** Relationships: of what is there, to what is there. */
  relate(): void {
    const there = [...this.items.values()].filter(({ misses }) => misses === 0);
    const edges = new Set(
      there.flatMap(({ id, listed }) =>
        listed.needs
          .filter((need) => need !== id && there.some((other) => other.id === need))
          .map((need) => `${id}>${need}`),
      ),
    );
    const events = [
      ...[...edges]
        .filter((edge) => !this.edges.has(edge))
        .map((edge) => `relationship.added ${edge}`),
      ...[...this.edges]
        .filter((edge) => !edges.has(edge))
        .map((edge) => `relationship.ended ${edge}`),
    ];
    this.edges = edges;
    this.#commit(events.length > 0, events);
  }

  seen(): Seen {
    return {
      items: Object.fromEntries(
        [...this.items.values()].map((item) => [item.id, this.#tell(item)]),
      ),
      edges: [...this.edges].sort(),
    };
  }

  #tell(item: Item): Told {
    return {
      ...this.#holds(item),
      version: item.versions.length,
      missing: String(item.misses > 0),
      retired: String(item.misses >= this.grace),
    };
  }

  #holds({ listed, misses, set }: Item): Held {
    return {
      'attributes.size': listed.size,
      owner: listed.owner,
      status: misses >= this.grace ? 'retired' : listed.status,
      ...Object.fromEntries(set),
    };
  }

  /** Whether what is known is what is listed, down to what makes no version. */
  #isPresent(thing: Listed): boolean {
    return JSON.stringify(this.items.get(thing.id)?.listed) === JSON.stringify(thing);
  }

  /** Judged before anything of the listing is adopted. */
  #isHeld({ slice, things, unreadable }: Listing): boolean {
    const there = [...this.items.values()].filter(
      (item) => item.slice === slice && item.misses === 0,
    ).length;
    const loss = there - things.length - unreadable.length;
    return loss > MAX_LOSS_ITEMS && loss > there / 2;
  }

  #adopt(slice: SliceName, thing: Listed, counts: Counts, events: string[]): boolean {
    const item = this.items.get(thing.id);
    if (!item) {
      const made = { id: thing.id, slice, listed: thing, set: new Map(), misses: 0, versions: [] };
      this.items.set(thing.id, made);
      this.#note(made, null);
      events.push(this.#event('ci.created', made, false));
      counts.added += 1;
      return true;
    }
    if (item.misses === 0 && this.#isPresent(thing)) return false;
    item.listed = thing;
    this.#return(item, counts, events);
    return true;
  }

  /** A record that cannot be read says that its item is there. */
  #recognise(id: string, counts: Counts, events: string[]): boolean {
    const item = this.items.get(id);
    if (!item || item.misses === 0) return false;
    this.#return(item, counts, events);
    return true;
  }

  #return(item: Item, counts: Counts, events: string[]): void {
    const { misses } = item;
    item.misses = 0;
    const isNew = this.#note(item, null);
    if (misses >= this.grace) counts.resurrected += 1;
    else if (isNew) counts.changed += 1;
    if (misses > 0) events.push(this.#event('ci.back', item, isNew));
    else if (isNew) events.push(this.#event('ci.updated', item, true));
  }

  /** What a complete listing is without. */
  #miss({ slice, things, unreadable }: Listing, counts: Counts, events: string[]): boolean[] {
    const listed = new Set([...things.map(({ id }) => id), ...unreadable]);
    const gone = [...this.items.values()].filter(
      (item) => item.slice === slice && !listed.has(item.id) && item.misses < this.grace,
    );
    for (const item of gone) {
      item.misses += 1;
      if (item.misses >= this.grace) {
        counts.retired += 1;
        events.push(this.#event('ci.retired', item, this.#note(item, null)));
        continue;
      }
      counts.missing += 1;
      if (item.misses === 1) events.push(this.#event('ci.missing', item, false));
    }
    return gone.map(() => true);
  }

  /** @returns whether what holds is something new */
  #note(item: Item, by: string | null): boolean {
    const held = this.#holds(item);
    const last = item.versions.at(-1);
    if (last && Object.keys(differences(last.held, held)).length === 0) return false;
    item.versions.push({ held, by });
    return true;
  }

  #event(type: string, item: Item, hasVersion: boolean): string {
    const [before, last] = item.versions.slice(-2);
    const changes = hasVersion && before && last ? differences(before.held, last.held) : {};
    const { status } = this.#holds(item);
    return `${type} ${item.id} ${item.versions.length} ${status} ${sortedJson(changes)}`;
  }

  #commit(isWritten: boolean, events: string[]): void {
    if (!isWritten) return;
    this.commits += 1;
    if (events.length > 0) this.events.push(events.sort());
  }
}

export function differences(old: Held, now: Held): Record<string, { old: unknown; new: unknown }> {
  const all = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return Object.fromEntries(
    all
      .filter((field) => (old[field] ?? null) !== (now[field] ?? null))
      .map((field) => [field, { old: old[field] ?? null, new: now[field] ?? null }]),
  );
}

/** JSON of changes with their fields in order. */
export function sortedJson(changes: object): string {
  const entries = Object.entries(changes as Record<string, { old: unknown; new: unknown }>);
  return JSON.stringify(
    entries
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([field, change]) => [field, change.old, change.new]),
  );
}
