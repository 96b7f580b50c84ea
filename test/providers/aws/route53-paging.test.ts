import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-route53-record.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { type FakeSet, startFakeRoute53 } from './fake-route53.ts';
import { listAll, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
beforeAll(async () => {
  moto = await startMotoEstate();
});
afterAll(() => moto?.close());

const plain = (count: number): FakeSet[] =>
  Array.from({ length: count }, (_, index) => ({ name: `h${index}.example.com.` }));
const weighted = (name: string, count: number): FakeSet[] =>
  Array.from({ length: count }, (_, index) => ({ name, identifier: `set-${index}` }));

/** How many sets each record was found with, in the order of the listing. */
async function setsByName(): Promise<ReadonlyMap<string, number>> {
  const listed = await listAll(resourceType);
  const counts = listed.map(
    ({ item }) => [item.name, (item.attributes.sets as []).length] as const,
  );
  expect(new Set(counts.map(([name]) => name)).size).toBe(counts.length);
  return new Map(counts);
}

test('a record whose sets lie on both sides of a page is listed once, with all of them', async () => {
  const sets = [...plain(295), ...weighted('api.example.com.', 40), ...plain(1)];
  sets[sets.length - 1] = { name: 'last.example.com.' };
  await using _fake = await startFakeRoute53({ Z1: sets });
  const found = await setsByName();
  expect(found.size).toBe(297);
  expect(found.get('api.example.com')).toBe(40);
});

test('a record of more sets than one answer has is read to its end', async () => {
  const sets = [...weighted('api.example.com.', 700), { name: 'last.example.com.' }];
  await using _fake = await startFakeRoute53({ Z1: sets });
  expect([...(await setsByName())]).toEqual([
    ['api.example.com', 700],
    ['last.example.com', 1],
  ]);
});

test('a zone that was deleted meanwhile has no records, and the next one has its own', async () => {
  await using _fake = await startFakeRoute53({ Z1: plain(2), Z2: null, Z3: [], Z4: plain(3) });
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.attributes.zone_id)).toEqual(['Z1', 'Z1', 'Z4', 'Z4', 'Z4']);
});
