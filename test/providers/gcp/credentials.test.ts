import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { defaultCredentials, noCredentials } from '../../../providers/gcp/credentials.ts';
import { toGcpFault } from '../../../providers/gcp/errors.ts';
import { QUERY_HEADER } from '../../../providers/gcp/transport.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startWire } from './wire.ts';

const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';

/** Workload identity federation: a token of somebody else's is exchanged for one of Google's. */
async function withFederation<T>(tokenUrl: string, act: () => Promise<T>): Promise<T> {
  using directory = temporaryDirectory();
  const [file, subject] = ['federation.json', 'token'].map((name) => join(directory.path, name));
  if (!file || !subject) throw new Error('no paths');
  await writeFile(subject, 'token-of-the-pod');
  await writeFile(
    file,
    JSON.stringify({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: tokenUrl,
      credential_source: { file: subject },
    }),
  );
  const before = process.env[VARIABLE];
  process.env[VARIABLE] = file;
  try {
    return await act();
  } finally {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
  }
}

test('a pod’s token is exchanged for Google’s, once', async () => {
  await using wire = await startWire(() => ({
    body: {
      access_token: 'token-of-google',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    },
  }));
  await withFederation(`${wire.url}/token`, async () => {
    const credentials = defaultCredentials('p');
    const client = await credentials.client();
    expect((await client.getAccessToken()).token).toBe('token-of-google');
    expect((await (await credentials.client()).getAccessToken()).token).toBe('token-of-google');
  });
  expect(wire.asked.length).toBe(1);
  expect(new URLSearchParams(wire.asked[0]?.body).get('subject_token')).toBe('token-of-the-pod');
});

test('an exchange that is refused is told as that, without the token', async () => {
  await using wire = await startWire(() => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'The token has ended.' },
  }));
  const error = await withFederation(`${wire.url}/token`, async () => {
    const client = await defaultCredentials('p').client();
    return client.getAccessToken().catch((thrown: unknown) => thrown);
  });
  const fault = toGcpFault(error, []);
  expect(fault).toMatchObject({ kind: 'permanent', code: 'credentials' });
  expect(JSON.stringify(fault)).not.toContain('token-of-the-pod');
});

test('the query that a library does not send goes with the call, its header does not', async () => {
  await using wire = await startWire(() => ({ body: {} }));
  const client = await noCredentials({}).client();
  await client.request({
    url: `${wire.url}/things?maxResults=5`,
    headers: { [QUERY_HEADER]: 'fields=items/*/name,nextPageToken' },
  });
  const [asked] = wire.asked;
  expect(asked?.url.searchParams.get('fields')).toBe('items/*/name,nextPageToken');
  expect(asked?.url.searchParams.get('maxResults')).toBe('5');
});
