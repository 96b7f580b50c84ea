import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { discoverEstate, type Estate, partId } from '../api/estate.ts';
import { startTestApi, type TestApi } from '../api/test-api.ts';
import { type ServedApi, serveApi } from '../cli/serve-test-api.ts';
import { pythonPackages } from '../support/emulators/python-packages.ts';

const VERSION = '4.32.5';
const TOKEN = 'cmdb_only_for_this_test';
const BASE = '/api/v3/cmdb';
/** Of each operation, in each phase. */
const MAX_EXAMPLES = Number(process.env.SCHEMATHESIS_EXAMPLES ?? 10);

/**
 * All but `positive_data_acceptance`: what a schema cannot say – that `from` comes before `to`, that a
 * cursor is one of ours – is refused for good reason.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
  'use_after_free',
  'ensure_resource_availability',
  'ignored_auth',
];

const ESTATE: Estate = [
  { id: 'web', ci_type: 'aws_ec2', environment: 'production', team: 'shop', needs: ['db'] },
  { id: 'db', ci_type: 'aws_rds', environment: 'production', team: 'shop' },
  { id: 'queue', ci_type: 'message_queue' },
];

let api: TestApi;
let served: ServedApi;
let directory: string;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
  await api.publish();
  const access = { anonymous: null, configured_token: TOKEN, verifyJwt: null };
  // Answers are judged by Schemathesis here, as whoever asks from outside sees them.
  served = await serveApi({ ...api.deps, access, check_answers: false });
  directory = await mkdtemp(join(tmpdir(), 'cmdb-schemathesis-'));
}, 300_000);

afterAll(async () => {
  await served.close();
  await api.close();
  await rm(directory, { recursive: true });
});

async function made(method: string, path: string, body: object): Promise<Record<string, string>> {
  const response = await fetch(`${served.url}${BASE}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, string>;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Makes one of everything that has an id, and says where Schemathesis is to use which. */
async function seed(): Promise<string> {
  const ids = ESTATE.map(({ id }) => partId(id));
  const token = await made('POST', '/tokens', { name: 'probe', role: 'reader' });
  const daily = { schedule_id: 'nightly', cron: '0 3 * * *' };
  const schedule = await made('POST', '/schedules', daily);
  const webhook = await made('POST', '/webhooks', { url: 'https://hooks.example.com/cmdb' });
  const decision = { ci_ids: ids.slice(0, 2), verdict: 'different' };
  const decided = await made('PUT', '/duplicates/decisions', decision);
  await made('PUT', '/cis/declared/shop', {
    declared_id: 'shop',
    ci_type: 'application',
    name: 'shop',
  });
  const related = { source: ids[0], target: ids[2], relationship_type: 'uses' };
  await made('PUT', '/relationships/declared/shop', related);
  const { rows } = await sql<{ run_id: string; slice_id: string; delivery_id: string }>`
    with dead as (
      insert into webhook_deliveries (webhook_id, state, filter, event_count)
      values (${webhook.webhook_id}, 'dead', '{}', 0) returning delivery_id
    )
    select dead.delivery_id, slices.slice_id, runs.run_id from dead, slices, runs
  `.execute(api.db);
  const values = (parameters: object) =>
    Object.entries(parameters).map(([name, value]) => `"${name}" = ${JSON.stringify(value)}`);
  return [
    '[parameters]',
    ...values({
      'path.ci_id': ids,
      'path.declared_id': 'shop',
      'path.token_id': token.token_id,
      'path.schedule_id': schedule.schedule_id,
      'path.webhook_id': webhook.webhook_id,
      'path.decision_id': decided.decision_id,
      'path.delivery_id': rows[0]?.delivery_id,
      'path.slice_id': rows[0]?.slice_id,
      'path.id': rows[0]?.run_id,
    }),
    '[[operations]]',
    `include-path = "${BASE}/path"`,
    `parameters = { ${values({ 'query.from': ids, 'query.to': ids })} }`,
    '[[operations]]',
    `include-path = "${BASE}/graph"`,
    `parameters = { ${values({ 'query.ci_id': ids })} }`,
  ].join('\n');
}

test('no operation answers otherwise than it is described, whatever it is asked', async () => {
  const { packages, run } = await pythonPackages({
    name: `schemathesis-${VERSION}`,
    requirement: `schemathesis==${VERSION}`,
    module: 'schemathesis',
  });
  const config = join(directory, 'schemathesis.toml');
  await writeFile(config, await seed());
  const report = await run(
    [
      join(packages, 'bin', 'schemathesis'),
      ...['--config-file', config],
      ...['run', `${served.url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${TOKEN}`],
      ...[
        '--checks',
        CHECKS.join(','),
        '--max-examples',
        String(MAX_EXAMPLES),
        '--seed',
        '1',
        '--no-color',
      ],
    ],
    // It keeps a cache where it runs.
    { directory, environment: { PYTHONWARNINGS: 'ignore' } },
  ).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout ?? String(error));
  });
  const generated = Number(/([\d,]+) generated/.exec(report)?.[1]?.replaceAll(',', ''));
  console.info(report.split('\n').slice(-30).join('\n'));
  expect(generated).toBeGreaterThan(5_000);
}, 3_600_000);
