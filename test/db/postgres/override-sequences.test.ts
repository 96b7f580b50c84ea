import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { overrideItem } from '../../../db/postgres/override-item.ts';
import { OVERRIDABLE_FIELDS, STATUS_OVERRIDES } from '../../../model/overrides.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings, thingId } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'override sequences test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

type Fields = Record<string, string | number | null>;

/** One step of a sequence: a scan with what it lists, or what a person sets of one item. */
type Step =
  | {
      kind: 'scan';
      outcome: 'complete' | 'partial' | 'failed';
      things: (Fields & { id: string })[];
    }
  | { kind: 'set'; id: string; by: string; change: Record<string, string | null> };

const text = fc.constantFrom('x', 'y');
const id = fc.constantFrom('a', 'b', 'c');
const scan = fc.record({
  kind: fc.constant('scan' as const),
  outcome: fc.constantFrom('complete', 'complete', 'partial', 'failed'),
  things: fc.uniqueArray(
    fc.record({
      id,
      size: fc.integer({ min: 0, max: 1 }),
      owner: fc.option(text),
      status: fc.constantFrom('active', 'inactive', 'retired'),
    }),
    { selector: (thing) => thing.id },
  ),
});
const set = fc.record({
  kind: fc.constant('set' as const),
  id,
  by: fc.constantFrom('ada', 'grace'),
  change: fc.record(
    Object.fromEntries(
      OVERRIDABLE_FIELDS.map((field) => [
        field,
        fc.option(field === 'status' ? fc.constantFrom(...STATUS_OVERRIDES) : text),
      ]),
    ),
    { requiredKeys: [] },
  ),
});
const sequence = fc.array(fc.oneof(scan, set), { maxLength: 10 }) as fc.Arbitrary<Step[]>;

/** An item told again in the plainest way: what is observed, what is set, and what held so far. */
class NaiveItem {
  observed: Fields = {};
  readonly set = new Map<string, { value: string; by: string }>();
  misses = 0;
  readonly versions: Array<{ held: Fields; by: string | null }> = [];

  holds(): Fields {
    const retired = this.misses >= 2 ? { status: 'retired' } : {};
    const own = Object.fromEntries([...this.set].map(([field, { value }]) => [field, value]));
    return { ...this.observed, ...retired, ...own };
  }

  note(by: string | null): void {
    const held = this.holds();
    const before = this.versions.at(-1);
    if (!before || Object.keys(differences(before.held, held)).length > 0) {
      this.versions.push({ held, by });
    }
  }
}

function differences(old: Fields, now: Fields) {
  const all = new Set([...Object.keys(old), ...Object.keys(now)]);
  return Object.fromEntries(
    [...all]
      .filter((field) => (old[field] ?? null) !== (now[field] ?? null))
      .map((field) => [field, { old: old[field] ?? null, new: now[field] ?? null }]),
  );
}

function told(steps: readonly Step[]): Map<string, NaiveItem> {
  const items = new Map<string, NaiveItem>();
  for (const step of steps) {
    if (step.kind === 'set') {
      const item = items.get(step.id);
      for (const [field, value] of Object.entries(step.change)) {
        if (value === null) item?.set.delete(field);
        else if (item?.set.get(field)?.value !== value)
          item?.set.set(field, { value, by: step.by });
      }
      item?.note(step.by);
      continue;
    }
    if (step.outcome === 'failed') continue;
    for (const { id, size, owner, status } of step.things as Array<Fields & { id: string }>) {
      const item = items.get(id) ?? new NaiveItem();
      items.set(id, item);
      item.observed = {
        'attributes.size': size ?? 0,
        owner: owner ?? null,
        status: status ?? null,
      };
      item.misses = 0;
      item.note(null);
    }
    if (step.outcome !== 'complete') continue;
    for (const [id, item] of items) {
      if (step.things.some((thing) => thing.id === id)) continue;
      item.misses += 1;
      item.note(null);
    }
  }
  return items;
}

test('any sequence of scans and people leaves what a naive model says', async () => {
  let sequences = 0;
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      sequences += 1;
      const account = `sequence-${sequences}`;
      for (const step of steps) {
        if (step.kind === 'scan') {
          const { outcome, things } = step;
          await discoverThings(db, things, { account, outcome, relate: false });
        } else {
          const { by, change } = step;
          const ci_id = thingId(step.id, account);
          await overrideItem(db, { ci_id, by, change, expected_version: null });
        }
      }
      for (const [id, expected] of told(steps)) {
        const item = await getItem(db, thingId(id, account));
        const { 'attributes.size': size, ...fields } = expected.holds();
        expect(item).toMatchObject({ ...fields, attributes: { size } });
        expect(item?.overrides).toEqual(
          Object.fromEntries(
            [...expected.set].map(([field, { value, by }]) => [
              field,
              { value, by, observed: expected.observed[field] ?? null, at: expect.any(String) },
            ]),
          ),
        );
        expect(item?.version).toBe(expected.versions.length);
        expect(
          item?.change_history.map(({ version, changed_by, changes }) => ({
            version,
            changed_by,
            changes,
          })),
        ).toEqual(
          expected.versions
            .map(({ held, by }, place) => ({
              version: place + 1,
              changed_by: by,
              changes: differences(expected.versions[place - 1]?.held ?? held, held),
            }))
            .slice(1)
            .reverse(),
        );
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
