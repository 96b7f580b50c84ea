import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAccessPolicy } from '../../api/access/config.ts';
import { LOCAL_ADMIN } from '../../api/access/policy.ts';
import { ConfigError, loadApiConfig } from '../../api/config.ts';
import { isLoopback } from '../../api/loopback.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const GOOD = {
  DATABASE_URL: 'postgres://cmdb:secret@127.0.0.1:5432/cmdb',
  NEO4J_URI: 'bolt://127.0.0.1:7687',
  NEO4J_PASSWORD: 'secret',
};

/** The variables that a configuration is refused for, and the message. */
function refusalOf(environment: Record<string, string>): { variables: string[]; message: string } {
  try {
    loadApiConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { variables: error.problems.map((it) => it.variable), message: error.message };
  }
  throw new Error('it was not refused');
}

test('what may be left out has a default', () => {
  expect(loadApiConfig({ ...GOOD, REDIS_URL: '', TEMPORAL_API_KEY: '' })).toMatchObject({
    NEO4J_USERNAME: 'neo4j',
    CMDB_API_HOST: '127.0.0.1',
    CMDB_API_PORT: 8200,
    CMDB_TASK_QUEUE: 'cmdb-discovery',
    LOG_LEVEL: 'info',
    temporal: {
      namespace: 'default',
      connection: { address: '127.0.0.1:7233', tls: false },
    },
  });
});

test('every wrong variable is named at once, and no value', () => {
  const { variables, message } = refusalOf({
    REDIS_URL: 'http://s3cret',
    NEO4J_URI: 'neo4j.example',
    CMDB_API_PORT: '70000',
    CMDB_API_AUTH: 'maybe',
    CMDB_API_CORS_ORIGINS: 'https://s3cret.example/path',
    CMDB_API_RATE_LIMIT: 's3cret',
    CMDB_AUDIT_RETENTION_DAYS: '0',
    CMDB_API_TOKEN: 's3cret',
    CMDB_OIDC_ISSUER: 'http://s3cret.example',
    CMDB_OIDC_ROLES: 'reader=s3cret',
    LOG_LEVEL: 'loud',
    TEMPORAL_ADDRESS: 's3cret',
    TEMPORAL_TLS: 's3cret',
    TEMPORAL_UI_URL: 'javascript:s3cret',
  });
  expect(variables.sort()).toEqual([
    'CMDB_API_AUTH',
    'CMDB_API_CORS_ORIGINS',
    'CMDB_API_PORT',
    'CMDB_API_RATE_LIMIT',
    'CMDB_API_TOKEN',
    'CMDB_AUDIT_RETENTION_DAYS',
    'CMDB_OIDC_ISSUER',
    'CMDB_OIDC_ROLES',
    'DATABASE_URL',
    'LOG_LEVEL',
    'NEO4J_PASSWORD',
    'NEO4J_URI',
    'REDIS_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_TLS',
    'TEMPORAL_UI_URL',
  ]);
  expect(message).not.toContain('s3cret');
});

test('what is let in without a token follows from where the API is and what is configured', () => {
  const policyOf = (variables: Record<string, string>) => {
    const config = loadApiConfig({ ...GOOD, ...variables });
    return createAccessPolicy(config, isLoopback(config.CMDB_API_HOST));
  };
  expect(policyOf({}).anonymous).toEqual(LOCAL_ADMIN);
  expect(policyOf({ CMDB_API_HOST: '::1' }).anonymous).toEqual(LOCAL_ADMIN);
  for (const variables of [
    { CMDB_API_HOST: '0.0.0.0' },
    { CMDB_API_HOST: '127.example.com' },
    { CMDB_API_AUTH: 'required' },
    { CMDB_API_TOKEN: 'a'.repeat(32) },
    { CMDB_OIDC_ISSUER: 'https://id.example.com' },
  ]) {
    expect(policyOf(variables).anonymous).toBeNull();
  }
});

test('Temporal Cloud is reached by API key, over TLS', () => {
  const { temporal } = loadApiConfig({
    ...GOOD,
    TEMPORAL_ADDRESS: 'eu-west-1.aws.api.temporal.io:7233',
    TEMPORAL_NAMESPACE: 'shop.a1b2c',
    TEMPORAL_API_KEY: 'key',
  });
  expect(temporal).toMatchObject({
    namespace: 'shop.a1b2c',
    connection: { apiKey: 'key', tls: true },
  });
});

test("one's own Temporal is reached over mTLS, in a namespace and on a task queue of one's choice", () => {
  using directory = temporaryDirectory();
  const fileOf = (name: string) => {
    const path = join(directory.path, name);
    writeFileSync(path, `the ${name}`);
    return path;
  };
  const { temporal, CMDB_TASK_QUEUE } = loadApiConfig({
    ...GOOD,
    TEMPORAL_ADDRESS: 'temporal.corp.example:7233',
    TEMPORAL_NAMESPACE: 'inventory',
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_CLIENT_CERT_PATH: fileOf('certificate'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: fileOf('key'),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: fileOf('authority'),
    TEMPORAL_TLS_SERVER_NAME: 'temporal.internal',
    CMDB_TASK_QUEUE: 'inventory-of-shop',
  });
  expect([temporal.namespace, temporal.connection.address, CMDB_TASK_QUEUE]).toEqual([
    'inventory',
    'temporal.corp.example:7233',
    'inventory-of-shop',
  ]);
  expect(temporal.connection.tls).toEqual({
    serverNameOverride: 'temporal.internal',
    serverRootCACertificate: Buffer.from('the authority'),
    clientCertPair: { crt: Buffer.from('the certificate'), key: Buffer.from('the key') },
  });
});

test('a certificate that is not there is named', () => {
  const { message } = refusalOf({ ...GOOD, TEMPORAL_TLS_CLIENT_CERT_PATH: '/no/such.pem' });
  expect(message).toContain('/no/such.pem');
});
