import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { markdownTable } from '../support/markdown-table.ts';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const PAGE = readFileSync(new URL('../../docs/worked-estate.md', import.meta.url), 'utf8');

/** Cells of the page. */
const text = z.string();
const number = z.string().regex(/^\d+$/).transform(Number);
const names = z.string().transform((cell) => (cell === '' ? [] : cell.split(', ')));
const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');

function rowsOf<Shape extends z.ZodRawShape>(heading: string, shape: Shape) {
  return z.array(z.strictObject(shape)).min(1).parse(markdownTable(PAGE, heading));
}

const ITEMS = rowsOf('The estate', { item: text, class: text, environment: text, zone: text });
const RELATIONS = rowsOf('Its relationships', {
  item: text,
  relation: text,
  to: text,
  group: text,
  'must be up': text,
  health: text,
});

/** The estate as the page has it. */
const ESTATE = ITEMS.map(
  ({ item, class: ci_type, environment, zone }) =>
    ({
      id: item,
      ci_type,
      environment,
      zone: zone === '' ? null : zone,
      links: RELATIONS.filter((relation) => relation.item === item).map((row) => ({
        relation: row.relation,
        to: row.to,
        ...(row.group === '' ? {} : { group: row.group, min_up: Number(row['must be up']) }),
        ...(row.health === '' ? {} : { health: row.health }),
      })),
    }) as Part,
);
const nameOf = (ciId: string) => ESTATE.find(({ id }) => partId(id) === ciId)?.id;

let api: TestApi;
let nowhere: Graph;
let askPostgres: Ask;

beforeAll(async () => {
  api = await startTestApi();
  const away = { uri: 'bolt://127.0.0.1:9', username: 'neo4j', password: 'x', retry_ms: 0 };
  nowhere = createGraph(away);
  askPostgres = askerOf({ ...api.deps, graph: nowhere });
  await discoverParts(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(async () => {
  await nowhere.close();
  await api.close();
});

/** Asks the graph, and the store in its place: who answers makes no difference. */
async function askBoth(path: string, init?: RequestInit) {
  const [graph, store] = [await api.ask(path, init), await askPostgres(path, init)];
  expect([graph.status, store.status]).toEqual([200, 200]);
  expect(graph.headers.get('cmdb-answered-by')).toBe('neo4j');
  expect(store.headers.get('cmdb-answered-by')).toBe('postgres');
  expect(store.body).toEqual(graph.body);
  return graph.body;
}

/** The failure of one item, of several, or of all of a zone, as the page names it. */
function impactOf(fails: readonly string[], depth: number) {
  const [first = '', second] = fails;
  const zone = /^zone (.+)$/.exec(first)?.[1];
  if (!zone && !second) return askBoth(`/api/v3/cmdb/ci/${partId(first)}/impact?depth=${depth}`);
  const what = zone
    ? { filter: { availability_zone: zone } }
    : { ci_ids: fails.map((id) => partId(id)) };
  return askBoth('/api/v3/cmdb/impact', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...what, depth }),
  });
}

interface Impacted {
  name: string;
  hops: number;
  effect: string;
  path: Array<{ source_ci_id: string; target_ci_id: string }>;
}

describe('dependencies', () => {
  test.each(
    rowsOf('Dependencies', {
      of: text,
      direction: text,
      depth: number,
      '1 hop': names,
      '2 hops': names,
      '3 hops': names,
      '4 hops': names,
      cut: yesOrNo,
    }),
  )('$direction of $of, $depth deep', async ({ of, direction, depth, cut, ...hops }) => {
    const path = `/api/v3/cmdb/ci/${partId(of)}/dependencies`;
    const body = await askBoth(`${path}?depth=${depth}&direction=${direction}`);
    expect(body.dependencies.map((item: Impacted) => `${item.name} ${item.hops}`)).toEqual(
      Object.values(hops).flatMap((found, at) => found.map((name) => `${name} ${at + 1}`)),
    );
    expect(body.truncated).toBe(cut);
  });
});

describe('impact', () => {
  test.each(
    rowsOf('Impact', {
      fails: names,
      depth: number,
      out: names,
      degraded: names,
      reached: number,
      'in production': number,
      'out in production': number,
      risk: text,
      cut: yesOrNo,
    }),
  )('of $fails, $depth deep', async ({ fails, depth, out, degraded, reached, ...row }) => {
    const body = await impactOf(fails, depth);
    const having = (effect: string) =>
      body.impacted_cis
        .filter((item: Impacted) => item.effect === effect)
        .map((item: Impacted) => `${item.name} ${item.hops}`);
    expect({ out: having('outage'), degraded: having('degraded') }).toEqual({ out, degraded });
    expect(body).toMatchObject({
      total_impacted: reached,
      critical_impacted: row['in production'],
      unknown_environment_impacted: 0,
      outages: out.length,
      critical_outages: row['out in production'],
      degraded: degraded.length,
      risk_level: row.risk,
      truncated: row.cut,
    });
  });

  test.each(rowsOf('How it gets there', { fails: text, item: text, path: names }))(
    'of $fails gets to $item as the page says',
    async ({ fails, item, path }) => {
      const body = await impactOf([fails], 5);
      const found = body.impacted_cis.find(({ name }: Impacted) => name === item) as Impacted;
      const along = [fails];
      for (const { source_ci_id, target_ci_id } of found.path) {
        const source = nameOf(source_ci_id);
        along.push((along.at(-1) === source ? nameOf(target_ci_id) : source) ?? '');
      }
      expect(along).toEqual(path);
    },
  );
});

test('single points of failure are ranked as the page has them', async () => {
  const rows = rowsOf('Single points of failure', {
    item: text,
    'out in production': number,
    'out in all': number,
  });
  const ask = async (query: string) => {
    const { body } = await api.ask(`/api/v3/cmdb/spof${query}`);
    expect(body.truncated).toBe(false);
    expect(body.total).toBe(body.single_points.length);
    return body.single_points as Array<Record<string, unknown>>;
  };
  type Point = readonly [name: string, here: number, all: number];
  const byRank = (one: Point, other: Point) =>
    other[1] - one[1] || other[2] - one[2] || (one[0] < other[0] ? -1 : 1);
  const points = (found: Array<Record<string, unknown>>) =>
    found.map(
      (point): Point => [String(point.name), Number(point.critical_outages), Number(point.outages)],
    );

  const expected = rows.map(
    (row): Point => [row.item, row['out in production'], row['out in all']],
  );
  const inProduction = points(await ask('?environment=production'));
  // Those that take down as many stand in any order.
  expect(inProduction.map(([, here]) => here)).toEqual(
    inProduction.map(([, here]) => here).toSorted((one, other) => other - one),
  );
  expect(inProduction.toSorted(byRank)).toEqual(expected.filter(([, here]) => here > 0));
  expect(points(await ask('')).toSorted(byRank)).toEqual(expected);
});

test.each(rowsOf('Paths', { from: text, to: text, path: names }))(
  '$from and $to are connected as the page says',
  async ({ from, to, path }) => {
    const { body } = await api.ask(`/api/v3/cmdb/path?from=${partId(from)}&to=${partId(to)}`);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(path);
    expect(body.hops).toBe(path.length - 1);
  },
);

test('every item and every relationship of the page is there', async () => {
  const { body } = await api.ask('/api/v3/cmdb/stats');
  expect(body).toMatchObject({
    total_cis: ITEMS.length,
    total_relationships: RELATIONS.length,
  });
});
