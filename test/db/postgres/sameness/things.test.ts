import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { declareItem } from '../../../../db/postgres/declared/declare-item.ts';
import { withdrawItem } from '../../../../db/postgres/declared/withdraw-item.ts';
import { listAmbiguousKeys } from '../../../../db/postgres/list-ambiguous.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { relate } from '../../../../db/postgres/relate.ts';
import { decideSameness, withdrawDecision } from '../../../../db/postgres/sameness/decide.ts';
import { othersOfThing, readThing } from '../../../../db/postgres/sameness/read-thing.ts';
import { declaredItemSchema } from '../../../../model/declared-item.ts';
import { declaredCiId } from '../../../../model/declared-scope.ts';
import { ciId } from '../../../../model/identity.ts';
import type { AnyResourceType } from '../../../../model/resource-type.ts';
import { MAX_ITEMS_OF_THING } from '../../../../model/sameness.ts';
import { resourceType as hostServer } from '../../../../providers/host/resources/host-server.ts';
import { RECORDS, SCOPE } from '../../../providers/host/estate.ts';
import { discoverRecords, discoverSeen, type Seen, seenId } from '../../../support/seen.ts';
import { createTestDatabase } from '../../../support/stores.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'sameness test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** The current relationships from an item as `relation target`, sorted. */
async function relationsOf(ciId_: string): Promise<string[]> {
  await relate(db, null, 1_000);
  const { rows } = await sql<{ relation: string; target_ci_id: string }>`
    select relation, target_ci_id from relationships
    where valid_to is null and source_ci_id = ${ciId_} order by 1, 2
  `.execute(db);
  return rows.map(({ relation, target_ci_id }) => `${relation} ${target_ci_id}`);
}

async function ambiguousKeys(prefix: string): Promise<string[]> {
  const keys = (await listAmbiguousKeys(db, 1_000, null)).map(({ key }) => key);
  return keys.filter((key) => key.includes(prefix));
}

function declare(declared_id: string, keys: readonly string[], more: object = {}) {
  const item = declaredItemSchema.parse({ declared_id, ci_type: 'server', keys, ...more });
  return declareItem(db, { item, by: 'ada', mode: 'replace', expected_version: null });
}

describe('a key that one thing answers to twice', () => {
  test('by a strong key means what was discovered, and what was declared while that is away', async () => {
    const [account, key] = ['strong', 'aws:i-0strong'];
    const [vm, caller] = [seenId('aws', 'vm', account), seenId('gcp', 'caller', account)];
    const declared = declaredCiId('erp-server');
    await discoverSeen(db, 'gcp', [{ id: 'caller', needs: [key] }], account);
    await declare('erp-server', [key]);
    expect(await relationsOf(caller)).toEqual([`needs ${declared}`]);
    await discoverSeen(db, 'aws', [{ id: 'vm', keys: [key] }], account);
    expect(await relationsOf(caller)).toEqual([`needs ${vm}`]);
    expect(await othersOfThing(db, vm, null)).toEqual([declared]);
    // What fails with one of them fails with the other, whichever it hangs on.
    expect(await relationsOf(declared)).toEqual([`same_as ${vm}`]);
    expect(await relationsOf(vm)).toEqual([`same_as ${declared}`]);
    expect(await ambiguousKeys('i-0strong')).toEqual([]);
    await discoverSeen(db, 'aws', [], account);
    expect(await relationsOf(caller)).toEqual([`needs ${declared}`]);
    expect(await relationsOf(declared)).toEqual([]);
    expect(await othersOfThing(db, declared, null)).toEqual([]);
  });

  test('by a name means nobody, until a person says that they are the same, and again after', async () => {
    const [account, key] = ['named', 'dns:erp.example.com'];
    const [vm, caller] = [seenId('aws', 'vm', account), seenId('gcp', 'caller', account)];
    await discoverSeen(db, 'gcp', [{ id: 'caller', needs: [key] }], account);
    await discoverSeen(db, 'aws', [{ id: 'vm', keys: [key] }], account);
    await declare('erp-named', [], { fqdn: 'erp.example.com' });
    expect(await relationsOf(caller)).toEqual([]);
    expect(await othersOfThing(db, vm, null)).toEqual([]);
    expect(await ambiguousKeys('erp.example.com')).toEqual([key]);
    const ci_ids = [vm, declaredCiId('erp-named')] as const;
    const decision = { ci_ids, verdict: 'same', reason: null, by: 'ada' } as const;
    const { decision_id } = await decideSameness(db, decision);
    expect(await relationsOf(caller)).toEqual([`needs ${vm}`]);
    expect(await ambiguousKeys('erp.example.com')).toEqual([]);
    await decideSameness(db, { ...decision, verdict: 'different' });
    expect(await relationsOf(caller)).toEqual([]);
    await decideSameness(db, decision);
    expect(await relationsOf(caller)).toEqual([`needs ${vm}`]);
    expect(await withdrawDecision(db, decision_id, 'ada')).toBe(true);
    expect(await relationsOf(caller)).toEqual([]);
    expect(await relationsOf(vm)).toEqual([]);
    await decideSameness(db, decision);
    await withdrawItem(db, { declared_id: 'erp-named', by: 'ada', expected_version: null });
    expect(await relationsOf(caller)).toEqual([`needs ${vm}`]);
    expect(await othersOfThing(db, vm, null)).toEqual([]);
  });
});

test('a machine and its instance fail with each other, and all that depends on either', async () => {
  const key = 'aws:i-0abc1234';
  const [vm, balancer] = [seenId('aws', 'vm', 'real'), seenId('aws', 'balancer', 'real')];
  const { account } = SCOPE;
  const host = ciId({
    provider: 'host',
    account,
    resource_type: 'host_server',
    native_id: account,
  });
  await discoverRecords(db, hostServer as AnyResourceType, SCOPE, RECORDS.host_server ?? []);
  expect(await relationsOf(host)).toEqual([]);
  const seen = [
    { id: 'vm', keys: [key] },
    { id: 'balancer', needs: [key] },
  ];
  await discoverSeen(db, 'aws', seen, 'real');
  expect(await relationsOf(host)).toEqual([`hosted_on ${vm}`]);
  expect(await relationsOf(vm)).toEqual([`carries ${host}`]);
  expect(await relationsOf(balancer)).toEqual([`needs ${vm}`]);
  expect(await othersOfThing(db, vm, null)).toEqual([host]);
});

test('of a thing with too many items some are read, and it is said', async () => {
  const identities = ['serial:maker/shared-by-mistake'];
  const many = Array.from({ length: MAX_ITEMS_OF_THING + 5 }, (_, n) => ({
    id: `m${n}`,
    identities,
  }));
  await discoverSeen(db, 'gcp', many, 'many');
  const thing = await readThing(db, seenId('gcp', 'm3', 'many'), null);
  expect(thing).toMatchObject({ is_cut: true, hidden: 0 });
  expect(thing?.items).toHaveLength(MAX_ITEMS_OF_THING);
  expect(thing?.items[0]?.summary.name).toBe('m3');
});

const PROVIDERS = ['aws', 'kubernetes', 'host'] as const;
const STRONG = ['s1', 's2', 's3'];
const ALL_KEYS = [...STRONG, 'name'];

/** All that a source sees; names, host names and addresses are few, so that many share them. */
const view = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    keys: fc.uniqueArray(fc.constantFrom(...ALL_KEYS), { maxLength: 2 }),
    identities: fc.uniqueArray(fc.constantFrom(...STRONG), { maxLength: 2 }),
    hostname: fc.constantFrom('web', 'db'),
    ip_address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  }),
  { selector: ({ id }) => id },
);
const member = fc.tuple(fc.constantFrom(...PROVIDERS), fc.constantFrom('a', 'b', 'c'));
const decision = fc.tuple(member, member, fc.constantFrom('same' as const, 'different' as const));

/** Joins item by item, in the plainest way. */
function naiveThings(items: readonly Item[], same: ReadonlyArray<readonly [string, string]>) {
  const thingOf = new Map(items.map(({ ci_id }) => [ci_id, new Set([ci_id])]));
  const join = (a: string, b: string) => {
    const joined = new Set([...(thingOf.get(a) ?? []), ...(thingOf.get(b) ?? [])]);
    for (const one of joined) thingOf.set(one, joined);
  };
  for (const one of items) {
    for (const other of items) if (saysSame(one, other)) join(one.ci_id, other.ci_id);
  }
  for (const [a, b] of same) join(a, b);
  return thingOf;
}

function saysSame({ identities }: Item, other: Item): boolean {
  return identities.some((key) => other.identities.includes(key) || other.keys.includes(key));
}

/** Whom a key means: its one owner, or of several the first, where all others are the same as it. */
function naiveOwner(
  key: string,
  items: readonly Item[],
  same: ReadonlyArray<readonly [string, string]>,
): string | null {
  const rank = ({ provider }: Item) => PROVIDERS.indexOf(provider);
  const [first, ...others] = items
    .filter(({ keys }) => keys.includes(key))
    .sort((a, b) => rank(a) - rank(b) || (a.ci_id < b.ci_id ? -1 : 1));
  if (!first) return null;
  const isJoined = (other: Item) =>
    saysSame(first, other) ||
    saysSame(other, first) ||
    same.some((pair) => pair.includes(first.ci_id) && pair.includes(other.ci_id));
  return others.every(isJoined) ? first.ci_id : null;
}

interface Item {
  ci_id: string;
  provider: (typeof PROVIDERS)[number];
  keys: readonly string[];
  identities: readonly string[];
}

test('things are what strong keys and people join, and keys mean them, in whatever order they come', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(view, view, view),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.array(decision, { maxLength: 3 }),
      async (views, order, decisions) => {
        round += 1;
        const account = `round-${round}`;
        const inRound = (keys: readonly string[]) => keys.map((key) => `${account}:${key}`);
        for (const place of order) {
          // Another one refers to every key, and may come before whoever answers to it.
          if (place === PROVIDERS.length) {
            const callers = ALL_KEYS.map((key) => ({ id: key, needs: inRound([key]) }));
            await discoverSeen(db, 'gcp', callers, account);
            continue;
          }
          const seen = (views[place] ?? []).map(({ keys, identities, id, ...fields }): Seen => {
            return { id, fields, keys: inRound(keys), identities: inRound(identities) };
          });
          await discoverSeen(db, PROVIDERS[place] ?? 'aws', seen, account);
        }
        const items = views.flatMap((seen, place) =>
          seen.map(({ id, keys, identities }): Item => {
            const provider = PROVIDERS[place] ?? 'aws';
            return { ci_id: seenId(provider, id, account), provider, keys, identities };
          }),
        );
        const verdicts = new Map<string, { pair: readonly [string, string]; verdict: string }>();
        for (const [[p, a], [q, b], verdict] of decisions) {
          const pair = [seenId(p, a, account), seenId(q, b, account)] as const;
          const isThere = pair.every((id) => items.some(({ ci_id }) => ci_id === id));
          if (!isThere || pair[0] === pair[1]) continue;
          const request = { ci_ids: pair, verdict, reason: null, by: 'ada' };
          await decideSameness(db, request);
          const again = await decideSameness(db, { ...request, ci_ids: [pair[1], pair[0]] });
          expect(again).toMatchObject({ is_new: false, is_changed: false });
          verdicts.set([...pair].sort().join(' '), { pair, verdict });
        }
        const same = [...verdicts.values()]
          .filter(({ verdict }) => verdict === 'same')
          .map(({ pair }) => pair);
        const expected = naiveThings(items, same);
        for (const { ci_id } of items) {
          const others = [...(expected.get(ci_id) ?? [])].filter((other) => other !== ci_id);
          expect(await othersOfThing(db, ci_id, null)).toEqual(others.sort());
        }
        for (const key of ALL_KEYS) {
          const owner = naiveOwner(key, items, same);
          expect(await relationsOf(seenId('gcp', key, account))).toEqual(
            owner === null ? [] : [`needs ${owner}`],
          );
        }
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);
