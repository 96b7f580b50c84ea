import { describe, expect, test } from '@jest/globals';
import type { SourceFault } from '../../../model/provider.ts';
import { GcpError, toGcpFault } from '../../../providers/gcp/errors.ts';
import { resourceType as disk } from '../../../providers/gcp/resources/gcp-compute-disk.ts';
import { resourceType as cluster } from '../../../providers/gcp/resources/gcp-gke-cluster.ts';
import { resourceType as database } from '../../../providers/gcp/resources/gcp-sql-instance.ts';
import { resourceType as bucket } from '../../../providers/gcp/resources/gcp-storage-bucket.ts';
import { listAll, providerAt } from './listing.ts';
import { startWire, type WireAnswer } from './wire.ts';

/** One of each library: gax on Compute Engine and on another API, Cloud SQL's, Cloud Storage's. */
const TYPES = [disk, cluster, database, bucket].map((type) => [type.name, type] as const);

/** What a list ends with whose every call is answered so. */
async function faultOf(
  type: (typeof TYPES)[number][1],
  answer: WireAnswer,
): Promise<SourceFault & { calls: number }> {
  await using wire = await startWire(() => answer);
  const error = await listAll(type, providerAt(wire.url)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  return { ...toGcpFault(error, type.permissions), calls: wire.asked.length };
}

function errorInfo(reason: string, metadata: Record<string, string> = {}) {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'x', metadata };
}

function google(
  code: number,
  status: string,
  message: string,
  details: unknown[] = [],
  reason = 'forbidden',
): WireAnswer {
  const errors = [{ message, domain: 'global', reason }];
  return { status: code, body: { error: { code, message, status, errors, details } } };
}

describe.each(TYPES)('%s', (_name, type) => {
  test('an API that is switched off is denied, and no permission is missing', async () => {
    const message = 'API has not been used in project p before or it is disabled.';
    const details = [errorInfo('SERVICE_DISABLED', { service: 'x.googleapis.com' })];
    expect(
      await faultOf(
        type,
        google(403, 'PERMISSION_DENIED', message, details, 'accessNotConfigured'),
      ),
    ).toMatchObject({
      kind: 'denied',
      code: expect.stringMatching(/^(SERVICE_DISABLED|accessNotConfigured)$/),
      message,
      missing_permission: null,
      calls: 1,
    });
  });

  test('what is denied names the permission that the answer names', async () => {
    const message = "Required 'x.things.list' permission for 'projects/p'";
    expect(await faultOf(type, google(403, 'PERMISSION_DENIED', message))).toMatchObject({
      kind: 'denied',
      missing_permission: 'x.things.list',
      calls: 1,
    });
  });

  test('what is denied without a name needs what the type needs', async () => {
    expect(await faultOf(type, google(403, 'PERMISSION_DENIED', 'Forbidden'))).toMatchObject({
      kind: 'denied',
      missing_permission: type.permissions.join(', '),
    });
  });

  test('too many calls wait as long as the answer says, and are tried three times', async () => {
    const answer = google(429, 'RESOURCE_EXHAUSTED', 'Slow down.', [], 'rateLimitExceeded');
    expect(await faultOf(type, { ...answer, headers: { 'retry-after': '0' } })).toMatchObject({
      kind: 'throttled',
      retry_after_ms: 0,
      calls: 3,
    });
  });

  test('a long wait is Temporal’s: it is not sat out', async () => {
    const answer = google(429, 'RESOURCE_EXHAUSTED', 'Slow down.', [], 'rateLimitExceeded');
    expect(await faultOf(type, { ...answer, headers: { 'retry-after': '90' } })).toMatchObject({
      kind: 'throttled',
      retry_after_ms: 90_000,
      calls: 1,
    });
  });

  test('a spent quota is throttled, though Compute Engine says so as a refusal', async () => {
    const message = 'Rate Limit Exceeded';
    expect(
      await faultOf(type, google(403, 'PERMISSION_DENIED', message, [], 'rateLimitExceeded')),
    ).toMatchObject({ kind: 'throttled', code: 'rateLimitExceeded', missing_permission: null });
  });

  test('a fault of the server is transient', async () => {
    const kinds = await Promise.all(
      [500, 502, 503].map((code) => faultOf(type, google(code, 'UNAVAILABLE', 'No.', [], 'x'))),
    );
    expect(kinds.map(({ kind, calls }) => [kind, calls])).toEqual([
      ['transient', 3],
      ['transient', 3],
      ['transient', 3],
    ]);
  });

  test('a page of a proxy in between is transient, and does not become an empty list', async () => {
    const html = { 'content-type': 'text/html' };
    const answer = { status: 502, headers: html, body: '<html>Bad Gateway</html>' };
    expect((await faultOf(type, answer)).kind).toBe('transient');
  });

  test('credentials that are refused are permanent, and their words are not kept', async () => {
    const message = 'Request had invalid authentication credentials: ya29.a0hunter2.';
    const fault = await faultOf(type, google(401, 'UNAUTHENTICATED', message, [], 'authError'));
    expect(fault).toMatchObject({ kind: 'permanent', code: 'credentials', calls: 1 });
    expect(fault.message).not.toContain('hunter2');
  });

  test('what is not there is permanent', async () => {
    const answer = google(404, 'NOT_FOUND', 'The project was not found.', [], 'notFound');
    expect(await faultOf(type, answer)).toMatchObject({ kind: 'permanent', calls: 1 });
  });

  test('nobody answering is transient', async () => {
    const wire = await startWire(() => ({ body: {} }));
    await wire[Symbol.asyncDispose]();
    const error = await listAll(type, providerAt(wire.url)).catch((thrown: unknown) => thrown);
    expect(toGcpFault(error, type.permissions)).toMatchObject({ kind: 'transient' });
  });
});

test.each([
  ['billing is off', 'BILLING_DISABLED'],
  ['a perimeter forbids it', 'SECURITY_POLICY_VIOLATED'],
  ['the project is suspended', 'CONSUMER_SUSPENDED'],
])('where %s, no permission is missing', async (_what, reason) => {
  const answer = google(403, 'PERMISSION_DENIED', 'No.', [errorInfo(reason)]);
  expect(await faultOf(disk, answer)).toMatchObject({
    kind: 'denied',
    code: reason,
    missing_permission: null,
  });
});

test('the permission is read from the details', async () => {
  const details = [errorInfo('IAM_PERMISSION_DENIED', { permission: 'compute.disks.list' })];
  const answer = google(403, 'PERMISSION_DENIED', 'No.', details);
  expect(await faultOf(disk, answer)).toMatchObject({ missing_permission: 'compute.disks.list' });
});

test('a page token that is not accepted any more lets the listing begin again', async () => {
  const message = "Invalid value for field 'pageToken': 'x'. Page token is invalid";
  const answer = google(400, 'INVALID_ARGUMENT', message, [], 'invalid');
  expect(await faultOf(disk, answer)).toMatchObject({
    kind: 'expired',
    code: 'invalid_page_token',
  });
});

test.each([
  ['no_project', new GcpError('no_project', 'Nothing names a project.')],
  ['unexpected', new TypeError('x is undefined')],
  ['unexpected', 'a text'],
])('%s is permanent', (code, error) => {
  expect(toGcpFault(error, [])).toMatchObject({ kind: 'permanent', code });
});

test('no credentials are permanent, and a lost session too', () => {
  const lost = Object.assign(new Error('invalid_grant'), { code: 400, status: 400 });
  for (const error of [lost, new Error('Could not load the default credentials. Browse to …')]) {
    expect(toGcpFault(error, [])).toMatchObject({ kind: 'permanent', code: 'credentials' });
  }
});
