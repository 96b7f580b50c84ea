import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../../api/app.ts';
import { createToken } from '../../../db/postgres/tokens.ts';
import type { Restriction, Role } from '../../../model/access.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from '../test-api.ts';
import { EXPECTED, type Expected, PUBLIC_FILES } from './expected-roles.ts';

const BASE = '/api/v3/cmdb';
/** Written out, as the table is: who gets in where somebody with a role is asked for. */
const LET_IN: Readonly<Record<Expected, readonly Role[]>> = {
  public: ['reader', 'operator', 'admin'],
  reader: ['reader', 'operator', 'admin'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
};
const ROLES: readonly Role[] = ['reader', 'operator', 'admin'];
const NOBODYS_ID = '00000000-0000-4000-8000-000000000000';

/**
 * What an operation answers to somebody who may call it, where the rule of `expectedOf` does not
 * hold: by method and path of the OpenAPI document.
 */
const ANSWERS: Record<string, number> = {
  [`GET ${BASE}/diff`]: 400,
  [`GET ${BASE}/graph`]: 400,
  [`GET ${BASE}/path`]: 400,
};

interface Described {
  parameters?: Array<{ in: string; required?: boolean }>;
}

interface Operation {
  method: string;
  path: string;
  /** What the document says that it needs. */
  declared: [role: unknown, restricted: unknown];
  has_body: boolean;
  /** It has a parameter that it cannot do without, beside those of its path. */
  is_incomplete: boolean;
}

let api: TestApi;
let ask: Ask;
let operations: Operation[];
const secrets: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi();
  const deps = {
    ...api.deps,
    access: { anonymous: null, configured_token: null, verifyJwt: null },
  };
  ask = askerOf(deps);
  operations = await describedOperations(deps);
  for (const role of ROLES) secrets[role] = await tokenOf({ role });
  secrets.revoked = await tokenOf({ role: 'admin', name: 'revoked' });
  secrets.expired = await tokenOf({ role: 'admin', name: 'expired', expires_at: new Date(0) });
  secrets.unknown = `cmdb_${'A'.repeat(43)}`;
  secrets.restricted = await tokenOf({
    role: 'admin',
    name: 'restricted',
    restriction: { accounts: ['nobody'] },
  });
  await sql`update api_tokens set revoked_at = now() where name = 'revoked'`.execute(api.db);
}, 300_000);

afterAll(() => api.close());

async function tokenOf(token: {
  role: Role;
  name?: string;
  expires_at?: Date;
  restriction?: Restriction;
}): Promise<string> {
  const { secret } = await createToken(api.db, {
    name: token.role,
    restriction: null,
    expires_at: null,
    created_by: 'test',
    ...token,
  });
  return secret;
}

async function describedOperations(deps: TestApi['deps']): Promise<Operation[]> {
  const answer = await createApp(deps).request('/openapi.json');
  const document = (await answer.json()) as { paths: Record<string, Record<string, object>> };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      declared: [Reflect.get(operation, 'x-role'), Reflect.get(operation, 'x-restricted')],
      has_body: 'requestBody' in operation,
      is_incomplete: ((operation as Described).parameters ?? []).some(
        (parameter) => parameter.in !== 'path' && parameter.required === true,
      ),
    })),
  );
}

/** The body is none that any operation takes, and the ids are nobody's: nothing is written. */
async function statusOf(operation: Operation, secret: string | null): Promise<number> {
  const { method, path, has_body } = operation;
  const headers = new Headers(secret === null ? {} : { authorization: `Bearer ${secret}` });
  if (has_body) headers.set('content-type', 'application/json');
  const { status } = await ask(path.replaceAll(/\{\w+\}/g, NOBODYS_ID), {
    method,
    headers,
    ...(has_body ? { body: '"none that is taken"' } : {}),
  });
  return status;
}

function expectedOf({ method, path, has_body, is_incomplete }: Operation): number {
  return (
    ANSWERS[`${method} ${path}`] ??
    (has_body || is_incomplete ? 400 : path.includes('{') ? 404 : 200)
  );
}

/** Runs a check on every operation, and tells all that fail at once. */
async function everyOperation(
  statuses: (operation: Operation) => Promise<[got: number, expected: number]>,
): Promise<void> {
  expect(operations.length).toBeGreaterThan(12);
  const wrong: string[] = [];
  for (const operation of operations) {
    const [got, expected] = await statuses(operation);
    if (got === expected) continue;
    wrong.push(`${operation.method} ${operation.path}: ${got} in place of ${expected}`);
  }
  expect(wrong).toEqual([]);
}

test('every operation is in the table of roles, and every line of the table is an operation', () => {
  const described = operations.map(({ method, path }) => `${method} ${path}`);
  expect(described.sort()).toEqual(Object.keys(EXPECTED).sort());
});

test('the document says of every operation what the table does', () => {
  const declared = operations.map(({ method, path, declared: [role, restricted] }) => [
    `${method} ${path}`,
    [role, role === 'public' ? 'filtered' : restricted],
  ]);
  expect(Object.fromEntries(declared)).toEqual(EXPECTED);
});

test('nothing is answered beside the operations but files, which anybody may read', async () => {
  const routes = createApp(api.deps).routes.filter(({ method }) => method !== 'ALL');
  const others = routes
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    .filter((route) => !(route in EXPECTED));
  expect([...new Set(others)].sort()).toEqual(PUBLIC_FILES.map((path) => `GET ${path}`));
  for (const path of PUBLIC_FILES) expect((await ask(path)).status).toBe(200);
});

/** Questions that are too long for a query. */
const ASKED_BY_POST = [`POST ${BASE}/impact`];

test('writing needs more than the role of a reader', () => {
  const writable = Object.entries(EXPECTED).filter(
    ([operation, [role]]) => !operation.startsWith('GET ') && LET_IN[role].includes('reader'),
  );
  expect(writable.map(([operation]) => operation)).toEqual(ASKED_BY_POST);
});

function tableOf({ method, path }: Operation): (typeof EXPECTED)[string] {
  // What is not in the table is missed by a test of its own, and let in by none.
  return EXPECTED[`${method} ${path}`] ?? ['admin', 'refused'];
}

describe('every operation', () => {
  test.each([null, 'unknown', 'revoked', 'expired'])('with the token: %s', async (token) => {
    const secret = token && (secrets[token] ?? '');
    await everyOperation(async (operation) => [
      await statusOf(operation, secret),
      tableOf(operation)[0] === 'public' ? expectedOf(operation) : 401,
    ]);
  });

  test.each(ROLES)('as %s', async (role) => {
    await everyOperation(async (operation) => {
      const [needed] = tableOf(operation);
      return [
        await statusOf(operation, secrets[role] ?? ''),
        LET_IN[needed].includes(role) ? expectedOf(operation) : 403,
      ];
    });
  });

  test('as an admin of a part of the inventory', async () => {
    await everyOperation(async (operation) => [
      await statusOf(operation, secrets.restricted ?? ''),
      tableOf(operation)[1] === 'filtered' ? expectedOf(operation) : 403,
    ]);
  });
});

test('the audit log has every write of every operation, and no read', async () => {
  await sql`truncate audit_log`.execute(api.db);
  for (const operation of operations) await statusOf(operation, secrets.admin ?? '');
  const { rows } = await sql<{ operation: string; status: number | null }>`
    select method || ' ' || operation as operation, status from audit_log order by 1
  `.execute(api.db);
  const writes = Object.entries(EXPECTED).filter(([operation]) => !operation.startsWith('GET '));
  expect(rows.map(({ operation }) => operation).sort()).toEqual(
    writes.map(([operation]) => operation).sort(),
  );
  expect(rows.filter(({ status }) => status === null)).toEqual([]);
});

test('a path that answers nothing asks nobody who they are', async () => {
  expect((await ask(`${BASE}/servers`)).status).toBe(404);
  expect((await ask(`${BASE}/stats`, { method: 'DELETE' })).status).toBe(405);
});

test('a refusal says how to get in', async () => {
  const without = await ask(`${BASE}/stats`);
  expect(without.headers.get('www-authenticate')).toBe('Bearer realm="cmdb"');
  for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', `Bearer ${'é'}`]) {
    const { status, headers } = await ask(`${BASE}/stats`, { headers: { authorization } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  }
});
