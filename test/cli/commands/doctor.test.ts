import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MIGRATION_NAMES } from '../../../db/postgres/migrate.ts';
import { closeSliceScan, openSliceScan } from '../../../db/postgres/slice-scan.ts';
import { sliceId } from '../../../model/identity.ts';
import { GLOBAL_REGION } from '../../../model/scope.ts';
import { NOWHERE, startTestApi, type TestApi } from '../../api/test-api.ts';
import { createTestDatabase, temporalTarget } from '../../support/stores.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { discoverThings, planThings, thingType } from '../../support/things.ts';
import { runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const SECRET = 'hunter2-in-an-address';

let api: TestApi;
let served: ServedApi;
let stores: Record<string, string>;
const directory = temporaryDirectory();
const sources = join(directory.path, 'cmdb.yaml');

beforeAll(async () => {
  api = await startTestApi();
  served = await serveApi(api.deps);
  const { address, namespace } = temporalTarget();
  const { REDIS_URL, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD } = process.env;
  stores = {
    CMDB_URL: served.url,
    DATABASE_URL: api.database_url,
    ...(REDIS_URL ? { REDIS_URL } : {}),
    NEO4J_URI: NEO4J_URI ?? '',
    NEO4J_USERNAME: NEO4J_USERNAME ?? '',
    NEO4J_PASSWORD: NEO4J_PASSWORD ?? '',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    CMDB_SOURCES: sources,
    // Nothing of the machine that the tests run on.
    KUBECONFIG: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    METADATA_SERVER_DETECTION: 'none',
  };
  writeFileSync(sources, 'host:\n  enabled: false\n');
}, 300_000);

afterAll(async () => {
  await served.close();
  await api.close();
  directory[Symbol.dispose]();
});

interface Told {
  component: string;
  seen_by: string;
  status: string;
  detail: string;
  fix: string | null;
}

/** What the doctor says, and how it ended. */
async function doctor(environment: Record<string, string>) {
  const { code, out } = await runCli(['doctor', '--json'], environment);
  const { status, findings } = JSON.parse(out) as { status: string; findings: Told[] };
  const of = (component: string, seenBy = 'here') =>
    findings.filter((one) => one.component === component && one.seen_by === seenBy);
  return { code, out, status, findings, of };
}

test('each component is asked by the API and from here, with its version; what is missing is told with its fix', async () => {
  const { code, status, of } = await doctor(stores);
  expect(of('API')).toMatchObject([{ status: 'ok' }]);
  for (const component of ['PostgreSQL', 'Neo4j', 'Redis', 'Temporal']) {
    expect(of(component, 'api')).toMatchObject([{ status: 'ok', fix: null }]);
    expect(of(component)).toMatchObject([{ status: 'ok', fix: null }]);
    expect(of(component)[0]?.detail).toMatch(/^version \d+\.\d+/);
  }
  expect(of('PostgreSQL')[0]?.detail).toContain(`schema ${MIGRATION_NAMES.at(-1)}`);
  expect(of('access')).toMatchObject([{ status: 'ok' }]);
  expect(of('discovery', 'discovery')).toMatchObject([{ fix: 'Run cmdb discover.' }]);
  for (const provider of ['aws', 'gcp', 'azure', 'kubernetes', 'host']) {
    expect(of(provider)).toMatchObject([{ status: 'skipped' }]);
  }
  // No worker asks the queue of this test.
  expect(of('worker', 'api')).toMatchObject([
    { status: 'broken', fix: expect.stringMatching(/^Start a worker/) },
  ]);
  expect([code, status]).toEqual([10, 'broken']);
}, 60_000);

test('people get a table and below it what to fix, uncut; programs CSV', async () => {
  const { out, err } = await runCli(['doctor'], { CMDB_URL: served.url });
  expect(out).toMatch(/^COMPONENT +SEEN BY +STATUS +DETAIL\n/);
  expect(out).toMatch(/\nPostgreSQL +here +skipped +DATABASE_URL is not set here\n/);
  expect(out).toMatch(/\ncredentials +here +skipped +are not looked at: this is not where/);
  expect(out).toMatch(/\n\nto fix\nworker: .*\n {2}Start a worker with the same CMDB_TASK_QUEUE: /);
  expect(err).toBe('1 broken, 1 to look at.\n');
  const csv = await runCli(['doctor', '--csv'], { CMDB_URL: served.url });
  expect(csv.out).toMatch(/^component,seen_by,status,detail,fix\nAPI,here,ok,/);
});

test('a permission that is missing is told once, with the slices that it hides and where to grant it', async () => {
  const runId = randomUUID();
  for (const account of ['one', 'two']) {
    await discoverThings(api.db, [{ id: account }], { account });
    await planThings(api.db, runId, { account });
    const slice = sliceId('host', account, GLOBAL_REGION, thingType.name);
    await openSliceScan(api.db, runId, slice);
    await closeSliceScan(api.db, runId, slice, {
      outcome: 'denied',
      error_code: 'AccessDenied',
      error_message: 'You may not.',
      missing_permission: 'thing:List',
    });
  }
  const { of } = await doctor({ CMDB_URL: served.url });
  expect(of('coverage', 'discovery')).toMatchObject([{ detail: '0 of 2 slices complete' }]);
  expect(of('host', 'discovery')).toEqual([
    {
      component: 'host',
      seen_by: 'discovery',
      status: 'warning',
      detail: `2 slices denied: ${thingType.name}`,
      fix: 'Grant thing:List in one, two.',
    },
  ]);
});

test('what does not answer is broken where it is needed, and no secret of an address is told', async () => {
  const { code, out, of } = await doctor({
    ...stores,
    CMDB_URL: `http://${NOWHERE}`,
    DATABASE_URL: `postgres://cmdb:${SECRET}@${NOWHERE}/cmdb`,
    REDIS_URL: `redis://:${SECRET}@${NOWHERE}`,
    NEO4J_URI: `bolt://${NOWHERE}`,
    NEO4J_PASSWORD: SECRET,
    TEMPORAL_ADDRESS: NOWHERE,
  });
  expect(code).toBe(10);
  expect(of('API')).toMatchObject([{ status: 'broken', fix: expect.stringMatching(/npm start/) }]);
  expect(of('PostgreSQL')).toMatchObject([
    { status: 'broken', detail: 'does not answer (ECONNREFUSED)' },
  ]);
  expect(of('Temporal')).toMatchObject([{ status: 'broken' }]);
  expect(of('Neo4j')).toMatchObject([{ status: 'warning' }]);
  expect(of('Redis')).toMatchObject([{ status: 'warning' }]);
  expect(out).not.toContain(SECRET);
}, 60_000);

test('a wrong password, a variable that is none and a schema that is not made have fixes of their own', async () => {
  const empty = await createTestDatabase();
  try {
    const { out, of } = await doctor({
      ...stores,
      DATABASE_URL: empty.url,
      NEO4J_PASSWORD: SECRET,
      REDIS_URL: `http://${SECRET}`,
    });
    expect(of('PostgreSQL')).toMatchObject([
      {
        status: 'broken',
        detail: expect.stringContaining('schema not made'),
        fix: `Run the migrations up to ${MIGRATION_NAMES.at(-1)}: node db/migrate.ts.`,
      },
    ]);
    expect(of('Neo4j')).toMatchObject([{ fix: 'Correct NEO4J_USERNAME and NEO4J_PASSWORD.' }]);
    expect(of('Redis')).toMatchObject([
      { status: 'broken', detail: expect.stringMatching(/^REDIS_URL must be an address/) },
    ]);
    expect(out).not.toContain(SECRET);
  } finally {
    await empty.drop();
  }
});

test('credentials of each provider are tried, and what is wrong is told with what grants it', async () => {
  const sts = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'text/xml' }).end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>
        <Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>`,
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => sts.once('listening', resolve));
  const kubeconfig = join(directory.path, 'kubeconfig');
  const cluster = { name: 'lost', cluster: { server: `https://${NOWHERE}` } };
  const user = { name: 'me', user: { token: SECRET } };
  const context = { name: 'lost', context: { cluster: 'lost', user: 'me' } };
  const config = { clusters: [cluster], users: [user], contexts: [context] };
  writeFileSync(kubeconfig, JSON.stringify({ ...config, 'current-context': 'lost' }));
  try {
    const { code, out, of } = await doctor({
      ...stores,
      KUBECONFIG: kubeconfig,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    });
    expect(code).toBe(10);
    expect(of('aws')).toMatchObject([
      {
        status: 'broken',
        detail: expect.stringMatching(
          /^The AWS credentials cannot be used: .*InvalidClientTokenId/,
        ),
        fix: expect.stringContaining('cmdb policy aws'),
      },
    ]);
    expect(of('kubernetes')).toMatchObject([
      { status: 'broken', detail: expect.stringMatching(/context "lost" cannot be identified/) },
    ]);
    expect(out).not.toContain(SECRET);
  } finally {
    await new Promise((resolve) => sts.close(resolve));
  }
}, 120_000);

test('a sources file that the worker would refuse is told as such', async () => {
  const path = join(directory.path, 'wrong.yaml');
  writeFileSync(path, 'aws:\n  region: eu-west-1\n');
  const { of } = await doctor({ ...stores, CMDB_SOURCES: path });
  expect(of('sources')).toMatchObject([
    { status: 'broken', detail: expect.stringContaining('region'), fix: expect.any(String) },
  ]);
});
