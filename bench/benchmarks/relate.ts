import { relate } from '../../db/postgres/relate.ts';
import type { Benchmark, Figure, Size } from '../benchmark.ts';
import { freshStores } from '../fresh-stores.ts';
import { writeRelatedEstate } from '../related-estate.ts';

/** Smallest and largest for the growth, and the size of which the time is asked for. */
const ITEMS: Readonly<Record<Size, readonly number[]>> = {
  quick: [3_000, 10_000, 30_000],
  full: [10_000, 100_000, 300_000],
};
const ASKED = 100_000;
const MAX_SECONDS = 15;
const MAX_EXPONENT = 1.1;

/** As in `activities/relate-changes.ts`. */
const ITEMS_PER_BATCH = 50_000;

interface Measured {
  items: number;
  references: number;
  relationships: number;
  seconds: number;
}

/** Relate over an estate that is new, at several sizes. */
export const benchmark: Benchmark = {
  summary: 'all references of a new estate resolved to relationships, and how that grows',
  async run(size, progress) {
    const all: Measured[] = [];
    for (const items of ITEMS[size]) {
      const measured = await measure(items);
      all.push(measured);
      const { references, relationships, seconds } = measured;
      progress(
        `${items} items, ${references} references: ${relationships} relationships in ${seconds.toFixed(2)} s`,
      );
    }
    const [first] = all;
    const last = all.at(-1);
    if (!first || !last) throw new Error('nothing was measured');
    const exponent = Math.log(last.seconds / first.seconds) / Math.log(last.items / first.items);
    return [
      ...all.map(({ items, references, seconds }): Figure => {
        const name = `relate of ${items} items with ${references} references`;
        const reach = items === ASKED ? { at_most: MAX_SECONDS } : null;
        return { name, value: seconds, unit: 's', reach };
      }),
      {
        name: `growth from ${first.items} to ${last.items} items, as an exponent`,
        value: exponent,
        unit: '',
        reach: { at_most: MAX_EXPONENT },
      },
    ];
  },
};

async function measure(items: number): Promise<Measured> {
  await using stores = await freshStores(`relate_${items}`);
  const { run_id, references } = await writeRelatedEstate(stores.db, items);
  const started = performance.now();
  let relationships = 0;
  for (;;) {
    const { taken, added } = await relate(stores.db, run_id, ITEMS_PER_BATCH);
    relationships += added;
    if (taken < ITEMS_PER_BATCH) break;
  }
  const seconds = (performance.now() - started) / 1000;
  return { items, references, relationships, seconds };
}
