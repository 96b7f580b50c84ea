import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { sql } from 'kysely';
import { stageRecords } from '../../../activities/stage-records.ts';
import type { FeedCursor } from '../../../db/postgres/changes/feed-cursor.ts';
import type { Db } from '../../../db/postgres/database.ts';
import { finishRun } from '../../../db/postgres/finish-run.ts';
import { promoteScope } from '../../../db/postgres/promote-scope.ts';
import { relate } from '../../../db/postgres/relate.ts';
import { ciId } from '../../../model/identity.ts';
import { mappingOf, stageThings, thingScope, typeNamed } from '../things.ts';
import type { Tracked } from './compare.ts';
import type { Listing, Seen, SliceName, TrackingModel, Trouble } from './model.ts';

/** Which things a slice may list. */
export const IDS: Record<SliceName, string[]> = {
  disks: ['a', 'b', 'c'],
  hosts: ['x', 'y'],
  fleet: Array.from({ length: 24 }, (_, n) => `f${n}`),
};

const TYPES = {
  disks: typeNamed('model_disk'),
  hosts: typeNamed('model_host'),
  fleet: typeNamed('model_fleet'),
};
const SLICES = Object.keys(TYPES) as SliceName[];

/** The store, as far as one sequence uses it: an account of its own, and names of its own. */
export class TrackedStore implements Tracked {
  readonly provider = 'host';
  readonly db: Db;
  readonly account: string;
  /** The place in the feed where the sequence begins. */
  readonly begin: FeedCursor;
  /** What the model knew at each time of a commit. */
  readonly past: Array<{ at: Date; seen: Seen }> = [];
  /** Told of what the sequence comes by. */
  readonly meet: (what: string) => void;
  readonly #prefix: string;
  readonly #runs = new Map<number, { runId: string; scopeId: string }>();
  #newest: number;

  constructor(db: Db, number: number, begin: FeedCursor, meet: (what: string) => void) {
    this.db = db;
    this.account = `sequence-${number}`;
    this.begin = begin;
    this.meet = meet;
    this.#prefix = `${number}-`;
    this.#newest = begin.seq;
  }

  ciId(id: string): string {
    const slice = SLICES.find((name) => IDS[name].includes(id)) ?? 'hosts';
    const resource_type = TYPES[slice].name;
    const native_id = this.#prefix + id;
    return ciId({ provider: 'host', account: this.account, resource_type, native_id });
  }

  /** The name without what makes it one of this sequence. */
  idOf(name: string): string {
    return name.slice(this.#prefix.length);
  }

  /** Plans a run and lists its slices, up to the end of their listings. */
  async stage(run: number, listings: readonly Listing[]): Promise<void> {
    const runId = randomUUID();
    for (const { slice, outcome, things, unreadable, trouble } of listings) {
      const records = [
        ...things.map(({ id, needs, ...thing }) => ({
          ...thing,
          id: this.#prefix + id,
          needs: needs.map((need) => `thing:${this.#prefix}${need}`),
        })),
        ...unreadable.map((id) => ({ id: this.#prefix + id, size: 'large' })),
      ];
      const { scopeId, sliceId } = await stageThings(this.db, records, {
        account: this.account,
        type: TYPES[slice],
        runId,
        outcome,
        pages: 2,
        abandoned: this.#abandoned(slice, records, trouble),
        isAnew: trouble === 'expired',
      });
      this.#runs.set(run, { runId, scopeId });
      this.meet(trouble);
      await this.#expectLatePageRefused(runId, sliceId, slice);
    }
  }

  /** What an attempt had staged when it was given up. */
  #abandoned(slice: SliceName, records: readonly object[], trouble: Trouble): readonly object[] {
    if (trouble === 'none') return [];
    if (trouble === 'throttled') return records.slice(0, Math.ceil(records.length / 2));
    return IDS[slice].map((id, place) => this.#outdated(id, place));
  }

  #outdated(id: string, place: number): object {
    return { id: this.#prefix + id, size: place % 2 === 0 ? 99 : 'large', owner: 'nobody' };
  }

  /** An attempt that was given up does not know that yet, and has one more page. */
  async #expectLatePageRefused(runId: string, sliceId: string, slice: SliceName): Promise<void> {
    const type = TYPES[slice];
    const page = { run_id: runId, slice_id: sliceId, listing: 1, page: 1 };
    const late = IDS[slice].map((id, place) => this.#outdated(id, place));
    const staging = stageRecords(this.db, late, mappingOf(type, thingScope(this.account)), page);
    await expect(staging).rejects.toMatchObject({ code: 'slice_closed' });
  }

  /** Promotes a run, which goes as the model says. */
  async promote(run: number, model: TrackingModel): Promise<void> {
    const { runId, scopeId } = this.#run(run);
    const expected = model.promote(run);
    const policy = { retire_after_scans: model.grace, max_loss_percent: 50 };
    const promoting = promoteScope(this.db, runId, scopeId, policy);
    if (expected.refusal) {
      this.meet(expected.refusal);
      await expect(promoting).rejects.toMatchObject({ code: expected.refusal });
    } else {
      expect(await promoting).toEqual(expected.counts);
      if (expected.counts.held_slices > 0) this.meet('held');
    }
  }

  async relate(model: TrackingModel): Promise<void> {
    model.relate();
    await relate(this.db, null, 1_000);
  }

  async finish(run: number, outcome: 'finished' | 'cancelled', model: TrackingModel) {
    model.runs.delete(run);
    await finishRun(this.db, this.#run(run).runId, outcome, []);
  }

  #run(run: number): { runId: string; scopeId: string } {
    const found = this.#runs.get(run);
    if (!found) throw new Error(`Run ${run} was not begun.`);
    return found;
  }

  /** Nothing was committed but what the model says, and what it knows now is kept for later. */
  async note(model: TrackingModel): Promise<void> {
    const { rows } = await sql<{ seq: number; committed_at: Date }>`
      select seq, committed_at from ticks order by seq desc limit 1
    `.execute(this.db);
    const [newest] = rows;
    expect((newest?.seq ?? 0) - this.begin.seq).toBe(model.commits);
    if (!newest || newest.seq === this.#newest) return;
    this.#newest = newest.seq;
    this.past.push({ at: newest.committed_at, seen: model.seen() });
  }
}
