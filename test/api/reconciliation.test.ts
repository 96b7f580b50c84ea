import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
