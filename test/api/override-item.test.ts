import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTemporal } from '../../api/temporal.ts';
import type { Restriction, Role } from '../../model/access.ts';
import { publishWorkflowId } from '../../model/publish-workflow.ts';
import { discoverEstate, partId } from './estate.ts';
import { askerOf, NOWHERE, startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const ids = ['one', 'past', 'race', 'away', 'kept', 'reset'];
  await discoverEstate(
    api.db,
    ids.map((id) => ({ id })),
  );
}, 300_000);

afterAll(() => api.close());

const path = (id: string) => `/api/v3/cmdb/ci/${partId(id)}`;

function patch(id: string, body: unknown, ifMatch: string | null = '*', ask = api.ask) {
  return ask(path(id), {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
    },
  });
}

test('what is set is answered at once, with who set it and a new entity tag', async () => {
  const before = await api.ask(path('one'));
  expect(before.headers.get('etag')).toMatch(/^(W\/)?"1-[\w-]{27}"$/);
  // The second reading puts it into the cache, whose document is then of an older version.
  await api.ask(path('one'));
  const change = { owner: 'ada@example.com', status: 'under_maintenance' };
  const { status, headers, body } = await patch('one', change, before.headers.get('etag'));
  expect(status).toBe(200);
  expect(headers.get('etag')).toMatch(/^"2-[\w-]{27}"$/);
  expect(body).toMatchObject({
    ...change,
    version: 2,
    overrides: {
      owner: { value: 'ada@example.com', observed: null, by: 'local' },
      status: { value: 'under_maintenance', observed: 'active', by: 'local' },
    },
  });
  expect(body.change_history[0]).toMatchObject({ version: 2, run_id: null, changed_by: 'local' });
  const after = await api.ask(path('one'));
  expect(after.body).toEqual(body);
  const list = await api.ask('/api/v3/cmdb/cis?status=under_maintenance');
  expect(list.body.items).toEqual([body]);
});

test('it asks for the graph to be brought up to date', async () => {
  await patch('kept', { team: 'core' });
  const { client } = api.deps.temporal;
  const { status } = await client.workflow
    .getHandle(publishWorkflowId(api.deps.task_queue))
    .describe();
  expect(status.name).toBe('RUNNING');
});

test('the past has what held then, and does not say what people set since', async () => {
  const before = await api.ask(path('past'));
  await patch('past', { owner: 'ada' });
  const { body } = await api.ask(`${path('past')}?as_of=${before.body.updated_at}`);
  expect(body).toMatchObject({ owner: null, version: 1 });
  expect(body).not.toHaveProperty('overrides');
});

test('null gives a field back', async () => {
  await patch('reset', { team: 'core', cost_center: 'cc-1' });
  const { body } = await patch('reset', { team: null });
  expect(body).toMatchObject({ team: null, cost_center: 'cc-1', version: 3 });
  expect(Object.keys(body.overrides)).toEqual(['cost_center']);
});

test('of two changes made for one version one is refused, and told the newest', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((owner) => patch('race', { owner }, '"1"')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  const refused = answers.find(({ status }) => status === 412);
  expect(refused?.headers.get('etag')).toBe('"2"');
  expect((await api.ask(path('race'))).body.version).toBe(2);
});

test('without Temporal it is set all the same', async () => {
  const temporal = createTemporal(
    { namespace: 'default', connection: { address: NOWHERE, tls: false } },
    undefined,
  );
  const ask = askerOf({ ...api.deps, temporal });
  const { status, body } = await patch('away', { owner: 'ada' }, '*', ask);
  expect({ status, owner: body.owner }).toEqual({ status: 200, owner: 'ada' });
  await temporal.close();
});

test.each([
  [{ owner: 'ada' }, null, 428, 'If-Match'],
  [{ owner: 'ada' }, 'three', 400, 'If-Match'],
  [{ owner: 'ada' }, '"1", "2"', 400, 'If-Match'],
  [{}, '*', 400, 'body'],
  [[], '*', 400, 'body'],
  [{ owner: '' }, '*', 400, 'owner'],
  [{ owner: 'half of \ud800' }, '*', 400, 'owner'],
  [{ owner: 'nul \0' }, '*', 400, 'owner'],
  [{ owner: 7 }, '*', 400, 'owner'],
  [{ name: 'mine' }, '*', 400, 'name'],
  [{ status: 'retired' }, '*', 400, 'status'],
])('%j with If-Match %s is refused with %i, and names %s', async (body, ifMatch, status, field) => {
  const answer = await patch('kept', body, ifMatch);
  expect(answer.status).toBe(status);
  expect(answer.body.errors[0].field).toBe(field);
});

test('a reader sets nothing; who is restricted sets what they see, and their name stays', async () => {
  const as = (role: Role, restriction: Restriction | null) => {
    const anonymous = { kind: 'token', id: 't', name: 'grace', role, restriction } as const;
    return askerOf({ ...api.deps, access: { ...api.deps.access, anonymous } });
  };
  const everything = await patch('reset', { owner: 'x' }, '*', as('reader', null));
  expect(everything.status).toBe(403);
  const core = as('operator', { teams: ['core'] });
  expect((await patch('reset', { owner: 'x' }, '*', core)).status).toBe(404);
  await patch('reset', { team: 'core' });
  const { status, body } = await patch('reset', { owner: 'x' }, '*', core);
  expect(status).toBe(200);
  expect(body.overrides.owner).toMatchObject({ value: 'x', by: 'token:grace' });
  expect(body.change_history[0].changed_by).toBe('token:grace');
});

test('an item that is not there is not found, a body of another type is refused', async () => {
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  const body = JSON.stringify({ owner: 'ada' });
  const nobody = await api.ask(`/api/v3/cmdb/ci/${randomUUID()}`, {
    method: 'PATCH',
    body,
    headers,
  });
  expect(nobody.status).toBe(404);
  const plain = { ...headers, 'content-type': 'text/plain' };
  const { status } = await api.ask(path('one'), { method: 'PATCH', body, headers: plain });
  expect(status).toBe(415);
});
