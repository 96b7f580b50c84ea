import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { relate } from '../../db/postgres/relate.ts';
import type { Restriction, Role } from '../../model/access.ts';
import { discoverSeen, seenId } from '../support/seen.ts';
import { askerOf, startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

const BASE = '/api/v3/cmdb';
const EC2 = seenId('aws', 'i-0abc');
const NODE = seenId('kubernetes', 'node-1');
const HOST = seenId('host', 'web-1');

beforeAll(async () => {
  api = await startTestApi();
  await discoverSeen(api.db, 'host', [
    {
      id: 'web-1',
      ci_type: 'server',
      identities: ['aws:i-0abc'],
      fields: {
        hostname: 'web-1',
        ip_address: '10.0.0.7',
        memory_gb: 15.5,
        os_version: 'Debian GNU/Linux 12',
        attributes: { architecture: 'x64' },
      },
    },
  ]);
  await discoverSeen(api.db, 'kubernetes', [
    {
      id: 'node-1',
      ci_type: 'kubernetes_node',
      identities: ['aws:i-0abc'],
      fields: {
        hostname: 'ip-10-0-0-7',
        environment: 'staging',
        attributes: { instance_type: 'm5.large', architecture: 'amd64' },
      },
    },
  ]);
  await discoverSeen(api.db, 'aws', [
    {
      id: 'i-0abc',
      ci_type: 'aws_ec2',
      keys: ['aws:i-0abc'],
      fields: {
        ip_address: '10.0.0.7',
        memory_gb: 16,
        os_version: 'Linux/UNIX',
        environment: 'production',
        environment_source: 'tag:Environment',
        attributes: { instance_type: 'm5.xlarge' },
        tags: { Team: 'shop' },
      },
    },
    { id: 'i-0alone', ci_type: 'aws_ec2', keys: ['aws:i-0alone'] },
  ]);
}, 300_000);

afterAll(() => api.close());

function as(role: Role, restriction: Restriction | null) {
  const anonymous = { kind: 'token', id: 't', name: 'grace', role, restriction } as const;
  return askerOf({ ...api.deps, access: { ...api.deps.access, anonymous } });
}

interface FieldAnswer {
  field: string;
  value: unknown;
  source: { ci_id: string; kind: string; derived_from: string | null; by: string | null };
  others: Array<{ value: unknown; source: { ci_id: string; kind: string } }>;
}

async function fieldsOf(ciId: string): Promise<Map<string, FieldAnswer>> {
  const { body } = await api.ask(`${BASE}/ci/${ciId}/sources`);
  return new Map(body.fields.map((field: FieldAnswer) => [field.field, field]));
}

describe('the sources of a thing', () => {
  test('are told from each of its items, with the key that they share', async () => {
    for (const ciId of [HOST, NODE, EC2]) {
      const { status, body } = await api.ask(`${BASE}/ci/${ciId}/sources`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ ci_id: ciId, hidden: 0, is_cut: false });
      expect(body.items[0].ci_id).toBe(ciId);
      expect(body.items.map((item: { ci_id: string }) => item.ci_id).sort()).toEqual(
        [HOST, NODE, EC2].sort(),
      );
      for (const item of body.items) {
        expect(item.same_by).toEqual({ keys: ['aws:i-0abc'], decisions: [] });
        expect(item.run_id).not.toBeNull();
      }
    }
  });

  test('are believed by field: the cloud of what it runs, the machine of what it sees', async () => {
    const fields = await fieldsOf(NODE);
    expect(fields.get('attributes.instance_type')).toMatchObject({
      value: 'm5.xlarge',
      source: { ci_id: EC2, kind: 'observed' },
      others: [{ value: 'm5.large', source: { ci_id: NODE } }],
    });
    expect(fields.get('memory_gb')).toMatchObject({
      value: 15.5,
      source: { ci_id: HOST },
      others: [{ value: 16, source: { ci_id: EC2 } }],
    });
    expect(fields.get('os_version')?.value).toBe('Debian GNU/Linux 12');
    expect(fields.get('ip_address')).toMatchObject({ source: { ci_id: EC2 }, others: [] });
    expect(fields.get('environment')).toMatchObject({
      value: 'production',
      source: { ci_id: EC2, kind: 'derived', derived_from: 'tag:Environment' },
      others: [{ value: 'staging', source: { ci_id: NODE, kind: 'observed' } }],
    });
    expect(fields.get('team')?.source).toMatchObject({ kind: 'derived', derived_from: 'tag:Team' });
    expect(fields.get('tags.Team')?.value).toBe('shop');
    expect([...fields.keys()]).not.toContain('team_source');
  });

  test('come after what a person set, which tells who did', async () => {
    const change = await api.ask(`${BASE}/ci/${HOST}`, {
      method: 'PATCH',
      body: JSON.stringify({ team: 'platform' }),
      headers: { 'content-type': 'application/json', 'if-match': '*' },
    });
    expect(change.status).toBe(200);
    expect((await fieldsOf(EC2)).get('team')).toMatchObject({
      value: 'platform',
      source: { ci_id: HOST, kind: 'set', by: 'local' },
      others: [{ value: 'shop', source: { ci_id: EC2, kind: 'derived' } }],
    });
  });

  test('of an item alone are that item', async () => {
    const alone = seenId('aws', 'i-0alone');
    const { body } = await api.ask(`${BASE}/ci/${alone}/sources`);
    expect(body.items).toMatchObject([{ ci_id: alone, same_by: { keys: [], decisions: [] } }]);
    expect((await api.ask(`${BASE}/ci/${alone}`)).body).not.toHaveProperty('same_as');
  });

  test('are named by the item itself, also when it comes from the cache, and not in lists', async () => {
    for (const cache of ['MISS', 'HIT']) {
      const { body, headers } = await api.ask(`${BASE}/ci/${EC2}`);
      expect([body.same_as, headers.get('x-cache')]).toEqual([[HOST, NODE].sort(), cache]);
    }
    const list = await api.ask(`${BASE}/cis?provider=aws`);
    for (const item of list.body.items) expect(item).not.toHaveProperty('same_as');
  });

  test('that may not be seen are counted, and not shown', async () => {
    const core = as('reader', { environments: ['production'] });
    const { body } = await core(`${BASE}/ci/${EC2}/sources`);
    expect(body.items.map((item: { ci_id: string }) => item.ci_id)).toEqual([EC2]);
    expect(body.hidden).toBe(2);
    expect(JSON.stringify(body)).not.toContain(HOST);
    expect((await core(`${BASE}/ci/${EC2}`)).body).not.toHaveProperty('same_as');
    expect((await core(`${BASE}/ci/${HOST}/sources`)).status).toBe(404);
  });

  test('of nothing are not found', async () => {
    expect((await api.ask(`${BASE}/ci/${randomUUID()}/sources`)).status).toBe(404);
    expect((await api.ask(`${BASE}/ci/${EC2}/sources?x=1`)).status).toBe(400);
  });
});

const DUPLICATES = `${BASE}/duplicates`;
const DECISIONS = `${DUPLICATES}/decisions`;

function decide(ci_ids: readonly string[], verdict: string, more: object = {}, ask = api.ask) {
  return ask(DECISIONS, {
    method: 'PUT',
    body: JSON.stringify({ ci_ids, verdict, ...more }),
    headers: { 'content-type': 'application/json' },
  });
}

function withdraw(decisionId: string, ask = api.ask) {
  return ask(`${DECISIONS}/${decisionId}`, { method: 'DELETE' });
}

/** Every candidate, as names of the two and what speaks for it, read page by page. */
async function candidates(query = '', limit = 100): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { status, body } = await api.ask(`${DUPLICATES}?limit=${limit}${query}${at}`);
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    for (const { items, weak_keys } of body.items) {
      const names = items.map((item: { provider: string; name: string }) => {
        return `${item.provider}:${item.name}`;
      });
      found.push(`${names.sort().join(' ')} by ${weak_keys.join(', ')}`);
    }
    cursor = body.next_cursor;
  }
  return found;
}

describe('candidates', () => {
  beforeAll(async () => {
    const account = '222222222222';
    const machine = (id: string, fields: object, more: object = {}) => {
      return { id, fields: fields as never, ...more };
    };
    await discoverSeen(
      api.db,
      'aws',
      [
        machine('cache-1', { hostname: 'cache-1.shop.internal', ip_address: '10.1.0.1' }),
        machine('i-net', { ip_address: '10.9.9.9' }, { keys: ['ip:vpc-1/10.9.9.9'] }),
        machine('i-somewhere', { ip_address: '10.8.8.8' }, { keys: ['ip:vpc-1/10.8.8.8'] }),
        machine('many', { hostname: 'ubuntu' }),
        { id: 'orders', ci_type: 'aws_rds' },
        { id: 'queue', ci_type: 'message_queue' },
        { id: 'subnet', ci_type: 'subnet' },
      ],
      account,
    );
    await discoverSeen(
      api.db,
      'gcp',
      [
        machine('Cache-1', { hostname: 'CACHE-1', ip_address: '10.1.0.1' }),
        machine('g-net', { ip_address: '10.9.9.9' }, { keys: ['ip:other/10.9.9.9'] }),
        machine('g-somewhere', { ip_address: '10.8.8.8' }),
        machine('loopback', { hostname: 'localhost', ip_address: '127.0.0.1' }),
        { id: 'Orders', ci_type: 'database', fields: { environment: 'production' } },
        { id: 'queue', ci_type: 'cache' },
        { id: 'subnet', ci_type: 'subnet' },
      ],
      account,
    );
    await discoverSeen(
      api.db,
      'host',
      [
        machine('loopback-2', { hostname: 'localhost', ip_address: '127.0.0.1' }),
        ...Array.from({ length: 10 }, (_, n) => machine(`u${n}`, { hostname: 'ubuntu' })),
      ],
      account,
    );
  });

  const EXPECTED = [
    'aws:cache-1 gcp:Cache-1 by hostname, ip_address, name',
    'aws:i-somewhere gcp:g-somewhere by ip_address',
    'aws:orders gcp:Orders by name',
  ];
  const ids = (provider: 'aws' | 'gcp', id: string) => seenId(provider, id, '222222222222');

  test('share a name or an address within a class, and are not the same thing already', async () => {
    expect(await candidates()).toEqual(EXPECTED);
  });

  test('come page by page, each once', async () => {
    expect(await candidates('', 1)).toEqual(EXPECTED);
  });

  test('are found by class and provider of one of the two', async () => {
    expect(await candidates('&ci_type=database')).toEqual(EXPECTED.slice(2));
    expect(await candidates('&ci_type=server')).toEqual(EXPECTED.slice(0, 2));
    expect(await candidates('&provider=gcp')).toEqual(EXPECTED);
    expect(await candidates('&provider=host')).toEqual([]);
  });

  test('are shown to who may see both', async () => {
    const core = as('reader', { environments: ['production'] });
    const { body } = await core(`${DUPLICATES}?limit=10`);
    expect(body).toEqual({ items: [], next_cursor: null });
  });

  test('that are different are none, until that is withdrawn', async () => {
    const pair = [ids('gcp', 'Cache-1'), ids('aws', 'cache-1')];
    const made = await decide(pair, 'different', { reason: 'moved to GCP' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      verdict: 'different',
      reason: 'moved to GCP',
      decided_by: 'local',
      are_same: false,
      shared_keys: [],
    });
    expect(await candidates()).toEqual(EXPECTED.slice(1));
    const again = await decide([...pair].reverse(), 'different', { reason: 'moved to GCP' });
    expect([again.status, again.body]).toEqual([200, made.body]);
    const listed = await api.ask(`${DECISIONS}?verdict=different`);
    expect(listed.body).toEqual({ items: [made.body], next_cursor: null });
    expect((await withdraw(made.body.decision_id)).status).toBe(204);
    expect((await withdraw(made.body.decision_id)).status).toBe(404);
    expect(await candidates()).toEqual(EXPECTED);
    expect((await api.ask(DECISIONS)).body.items).toEqual([]);
    const audit = await api.ask(`${BASE}/audit`);
    expect(JSON.stringify(audit.body)).toContain('/duplicates/decisions');
  });

  test('that are the same are one thing, each of which fails with the other', async () => {
    const pair = [ids('gcp', 'Orders'), ids('aws', 'orders')] as const;
    const { body } = await decide(pair, 'same');
    expect(await candidates()).toEqual(EXPECTED.slice(0, 2));
    const sources = await api.ask(`${BASE}/ci/${pair[0]}/sources`);
    expect(sources.body.items).toMatchObject([
      { ci_id: pair[0], same_by: { keys: [], decisions: [{ other_ci_id: pair[1] }] } },
      { ci_id: pair[1], same_by: { decisions: [{ decision_id: body.decision_id }] } },
    ]);
    await relate(api.db, null, 1_000);
    await api.publish();
    for (const [failing, other] of [pair, [pair[1], pair[0]]]) {
      const impact = await api.ask(`${BASE}/ci/${failing}/impact`);
      expect(impact.body.impacted_cis.map((item: { ci_id: string }) => item.ci_id)).toEqual([
        other,
      ]);
    }
    const relations = await api.ask(`${BASE}/ci/${pair[0]}/relationships`);
    expect(relations.body.items).toMatchObject(
      [0, 1].map(() => ({
        relationship_type: 'depends_on',
        provenance: { relation: 'same_as', referrer_id: body.decision_id, run_id: null },
      })),
    );
    await decide(pair, 'different');
    await relate(api.db, null, 1_000);
    await api.publish();
    const impact = await api.ask(`${BASE}/ci/${pair[0]}/impact`);
    expect(impact.body.impacted_cis).toEqual([]);
    expect((await api.ask(`${BASE}/ci/${pair[0]}`)).body).not.toHaveProperty('same_as');
    await withdraw(body.decision_id);
  });

  test('of which a strong key says that they are the same stay so, and the decision says it', async () => {
    const { body } = await decide([EC2, HOST], 'different');
    expect(body).toMatchObject({ shared_keys: ['aws:i-0abc'], are_same: true });
    expect((await api.ask(`${BASE}/ci/${EC2}`)).body.same_as).toContain(HOST);
    await withdraw(body.decision_id);
  });

  test('that are different stay one thing by way of a third, and the decision says it', async () => {
    const [one, other, third] = [ids('gcp', 'Orders'), ids('aws', 'orders'), ids('aws', 'queue')];
    const made = [await decide([one, third], 'same'), await decide([third, other], 'same')];
    made.push(await decide([one, other], 'different'));
    expect(made.map(({ body }) => body.are_same)).toEqual([true, true, true]);
    expect((await api.ask(`${BASE}/ci/${one}`)).body.same_as).toContain(other);
    await withdraw(made[1]?.body.decision_id);
    const { body } = await api.ask(`${DECISIONS}?ci_id=${other}`);
    expect(body.items).toMatchObject([{ verdict: 'different', are_same: false }]);
    for (const place of [0, 2]) await withdraw(made[place]?.body.decision_id);
  });

  test('are decided by operators, about what they see, and never twice at once', async () => {
    const pair = [ids('gcp', 'Orders'), ids('aws', 'orders')];
    expect((await decide(pair, 'same', {}, as('reader', null))).status).toBe(403);
    const restricted = as('operator', { environments: ['production'] });
    expect((await decide(pair, 'same', {}, restricted)).status).toBe(404);
    const answers = await Promise.all([1, 2, 3].map(() => decide(pair, 'same')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    const [{ body }] = answers as [(typeof answers)[0]];
    expect((await restricted(DECISIONS)).body.items).toEqual([]);
    expect((await withdraw(body.decision_id, restricted)).status).toBe(404);
    expect((await withdraw(body.decision_id)).status).toBe(204);
  });

  test.each([
    [{ ci_ids: [EC2], verdict: 'same' }, 400, 'ci_ids'],
    [{ ci_ids: [EC2, EC2], verdict: 'same' }, 400, 'ci_ids'],
    [{ ci_ids: [EC2, 'x'], verdict: 'same' }, 400, 'ci_ids.1'],
    [{ ci_ids: [EC2, HOST], verdict: 'maybe' }, 400, 'verdict'],
    [{ ci_ids: [EC2, HOST], verdict: 'same', reason: 'nul \0' }, 400, 'reason'],
    [{ ci_ids: [EC2, randomUUID()], verdict: 'same' }, 404, 'ci_ids.1'],
  ])('%j is refused with %i, and names %s', async (body, status, field) => {
    const answer = await api.ask(DECISIONS, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].field).toBe(field);
  });

  test.each(['cursor=x', 'limit=0', 'ci_type=mainframe', 'x=1'])(
    '?%s is refused',
    async (query) => {
      expect((await api.ask(`${DUPLICATES}?${query}`)).status).toBe(400);
    },
  );
});
