import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { naiveDependencies, naiveImpact, naiveSinglePoints } from '../support/naive-failures.ts';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { randomParts } from '../support/random-parts.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const BASE = '/api/v3/cmdb';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 300_000);

afterAll(() => api.close());

interface Named {
  name: string;
  hops: number;
  effect?: string;
}

const told = (items: readonly Named[]) =>
  items.map(({ name, hops, effect }) => [name, hops, effect].filter(Boolean).join(' ')).sort();

async function impactOf(ids: readonly string[]): Promise<string[]> {
  const { body } = await api.ask(`${BASE}/impact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ci_ids: ids.map((id) => partId(id)) }),
  });
  expect(body.truncated).toBe(false);
  return told(body.impacted_cis);
}

/** Compares everything that can be asked of an estate with the plain model of it. */
async function compare(parts: readonly Part[], answeredBy: string): Promise<void> {
  // The parts are drawn alike, so that the first few stand for all.
  for (const { id } of parts.slice(0, 4)) {
    const url = `${BASE}/ci/${partId(id)}`;
    for (const depth of [1, 2, 5]) {
      for (const direction of ['needs', 'needed_by'] as const) {
        const { body } = await api.ask(`${url}/dependencies?depth=${depth}&direction=${direction}`);
        const expected = naiveDependencies(parts, id, depth, direction);
        expect([id, told(body.dependencies)]).toEqual([id, expected]);
        const further = naiveDependencies(parts, id, depth + 1, direction);
        expect(body.truncated).toBe(further.length > expected.length);
      }
    }
    const alone = await api.ask(`${url}/impact?depth=32`);
    expect(alone.headers.get('cmdb-answered-by')).toBe(answeredBy);
    expect([id, told(alone.body.impacted_cis)]).toEqual([id, naiveImpact(parts, [id])]);
    const other = parts[(parts.findIndex((part) => part.id === id) + 1) % parts.length]?.id ?? id;
    expect(await impactOf([id, other])).toEqual(naiveImpact(parts, [id, other]));
  }
  const zone = parts.filter((part) => part.zone === 'a').map((part) => part.id);
  if (zone.length > 0) expect(await impactOf(zone)).toEqual(naiveImpact(parts, zone));
  for (const environment of [undefined, 'production']) {
    const query = environment ? `?environment=${environment}` : '';
    const { body } = await api.ask(`${BASE}/spof${query}`);
    const points = body.single_points.map(
      (point: { name: string; outages_in_environment: number }) =>
        `${point.name} ${point.outages_in_environment}`,
    );
    expect([...points].sort()).toEqual(naiveSinglePoints(parts, environment).sort());
    const counts = points.map((point: string) => Number(point.split(' ')[1]));
    expect(counts).toEqual(counts.toSorted((a: number, b: number) => b - a));
    expect(body.total).toBe(points.length);
  }
}

test('Postgres answers every question as the plain model does', async () => {
  await fc.assert(
    fc.asyncProperty(randomParts, async (parts) => {
      await discoverParts(api.db, parts);
      await compare(parts, 'postgres');
    }),
    { numRuns: 40 },
  );
}, 300_000);

test('Neo4j answers every question as the plain model does', async () => {
  await fc.assert(
    fc.asyncProperty(randomParts, async (parts) => {
      await discoverParts(api.db, parts);
      await api.publish();
      await compare(parts, 'neo4j');
    }),
    { numRuns: 6 },
  );
}, 300_000);
