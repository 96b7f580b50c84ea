import { expect } from '@jest/globals';
import fc from 'fast-check';
import { overrideItem } from '../../../db/postgres/override-item.ts';
import type { Listing, SliceName, TrackingModel } from './model.ts';
import { moveClock } from './moving-clock.ts';
import { IDS, type TrackedStore } from './store.ts';

/*
 * What may happen to an inventory, in any order. Things are of few kinds, so that they often are what
 * they were; what matters comes more often than it would by chance.
 */

type Command = fc.AsyncCommand<TrackingModel, TrackedStore>;

/** A command that is told as it is written. */
function command(
  told: object,
  run: (model: TrackingModel, store: TrackedStore) => Promise<void>,
  check: (model: TrackingModel) => boolean = () => true,
): Command {
  return {
    check,
    run: async (model, store) => {
      await run(model, store);
      await store.note(model);
    },
    toString: () => JSON.stringify(told),
  };
}

/** What things are like: mostly the same, and else other in a field or two. */
const PLAIN = { size: 0, owner: null, status: 'active', load: 0, needs: ['a'] } as const;
const KINDS = [
  PLAIN,
  PLAIN,
  PLAIN,
  { ...PLAIN, size: 1 },
  { ...PLAIN, owner: 'ada', status: 'inactive' },
  { ...PLAIN, load: 1 },
  // On what is in the other slice, and on what was never there.
  { ...PLAIN, needs: ['x', 'b'] },
  { ...PLAIN, needs: ['z'] },
] as const;

/** How one thing is in a listing, or that it is not there. */
const placeOf = (id: string) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(...KINDS).map((kind) => ({ id, ...kind, needs: [...kind.needs] })),
    },
    { weight: 2, arbitrary: fc.constant('absent' as const) },
    { weight: 1, arbitrary: fc.constant('unreadable' as const) },
  );

const OUTCOMES = ['complete', 'complete', 'complete', 'partial', 'denied', 'failed'] as const;

/** Listings fail in the middle, too: what an outcome follows is staged before it. */
const trouble = fc.constantFrom('none' as const, 'none' as const, 'throttled', 'expired');

const listingOf = (slice: SliceName): fc.Arbitrary<Listing> =>
  fc
    .tuple(fc.constantFrom(...OUTCOMES), fc.tuple(...IDS[slice].map(placeOf)), trouble)
    .map(([outcome, places, trouble]) => ({
      slice,
      outcome,
      trouble,
      things: places.filter((one) => typeof one === 'object'),
      unreadable: IDS[slice].filter((_, at) => places[at] === 'unreadable'),
    }));

/** Most of the fleet, some, or hardly any: its loss may be more than a listing alone can prove. */
const fleet: fc.Arbitrary<Listing> = fc
  .tuple(fc.constantFrom(...OUTCOMES), fc.constantFrom(24, 24, 15, 2), fc.nat(1), trouble)
  .map(([outcome, size, change, trouble]) => ({
    slice: 'fleet',
    outcome,
    trouble,
    things: IDS.fleet.slice(0, size).map((id) => ({ ...PLAIN, id, size: change, needs: [] })),
    unreadable: [],
  }));

/** What a run lists: both slices, or one where the configuration was narrowed. */
export const listings = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(listingOf('disks'), listingOf('hosts')) },
  { weight: 1, arbitrary: fc.tuple(listingOf('disks')) },
  { weight: 1, arbitrary: fc.tuple(listingOf('hosts')) },
  { weight: 1, arbitrary: fc.tuple(fleet) },
) as fc.Arbitrary<Listing[]>;

/** Runs of a command that goes through at once; others may be under way meanwhile. */
const AT_ONCE = 0;
const AT_ONCE_TOO = 3;
const run = fc.constantFrom(1, 2);
const isUnderWay = (number: number) => (model: TrackingModel) => model.runs.has(number);

const discover = fc.record({ listings, isRelated: fc.boolean() }).map((scan) =>
  command({ scan }, async (model, store) => {
    model.stage(AT_ONCE, scan.listings);
    await store.stage(AT_ONCE, scan.listings);
    await store.promote(AT_ONCE, model);
    if (scan.isRelated) await store.relate(model);
    await store.finish(AT_ONCE, 'finished', model);
  }),
);

/** Two at once, of the same slices mostly: the older listing is promoted first, or last. */
const overlap = fc
  .record({ older: listings, newer: listings, isOlderFirst: fc.boolean() })
  .map((both) =>
    command({ overlap: both }, async (model, store) => {
      const runs = [
        [AT_ONCE, both.older],
        [AT_ONCE_TOO, both.newer],
      ] as const;
      for (const [number, listed] of runs) {
        model.stage(number, listed);
        await store.stage(number, listed);
      }
      const inOrder = both.isOlderFirst ? runs : runs.toReversed();
      for (const [number] of inOrder) await store.promote(number, model);
      for (const [number] of inOrder) await store.finish(number, 'finished', model);
    }),
  );

const begin = fc.record({ run, listings }).map((begun) =>
  command(
    { begin: begun },
    async (model, store) => {
      model.stage(begun.run, begun.listings);
      await store.stage(begun.run, begun.listings);
    },
    (model) => !model.runs.has(begun.run),
  ),
);

/** Also again, where it is promoted already: its worker was killed before it could say so. */
const promote = run.map((number) =>
  command({ promote: number }, (model, store) => store.promote(number, model), isUnderWay(number)),
);

const finish = fc
  .record({ run, outcome: fc.constantFrom('finished' as const, 'cancelled' as const) })
  .map((end) =>
    command(
      { finish: end },
      (model, store) => store.finish(end.run, end.outcome, model),
      isUnderWay(end.run),
    ),
  );

const relateAll = fc.constant(command({ relate: 'all' }, (model, store) => store.relate(model)));

/** What a person says, sometimes of a version that is not the newest any more. */
const say = fc
  .record({
    id: fc.constantFrom(...IDS.disks, ...IDS.hosts),
    by: fc.constantFrom('hedy', 'rosalind'),
    isLate: fc.boolean(),
    change: fc.record(
      {
        owner: fc.option(fc.constantFrom('hedy', 'ada')),
        status: fc.option(fc.constantFrom('deprecated' as const, 'under_maintenance' as const)),
      },
      { requiredKeys: [] },
    ),
  })
  .map((said) =>
    command({ say: said }, async (model, store) => {
      const { id, by, change } = said;
      const version = model.items.get(id)?.versions.length ?? 0;
      const isLate = said.isLate && version > 1;
      const outcome = await overrideItem(store.db, {
        ci_id: store.ciId(id),
        change,
        by,
        expected_version: isLate ? version - 1 : null,
      });
      if (version === 0) expect(outcome).toEqual({ kind: 'unknown' });
      else if (isLate) expect(outcome).toEqual({ kind: 'stale', version });
      else {
        const has_new_version = model.set(id, change, by);
        const now = version + (has_new_version ? 1 : 0);
        expect(outcome).toEqual({ kind: 'done', version: now, has_new_version });
      }
    }),
  );

const HOUR_S = 3_600;

/** A clock that is corrected by a moment or by hours, summer time, a machine that slept for weeks. */
const clock = fc
  .constantFrom(-0.5, -30, -HOUR_S, -25 * HOUR_S, HOUR_S, 800 * HOUR_S)
  .map((seconds) =>
    command({ clock: seconds }, async (_, store) => {
      await moveClock(store.db, seconds);
      store.meet(seconds < 0 ? 'clock set back' : 'clock set on');
    }),
  );

/** One of these is taken at a time, each as likely as it stands there often. */
export const commands: Array<fc.Arbitrary<Command>> = [
  discover,
  discover,
  discover,
  overlap,
  begin,
  begin,
  promote,
  promote,
  finish,
  relateAll,
  say,
  say,
  clock,
];
