import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { classify } from '../../activities/webhooks/address-guard.ts';
import { loadWorkerConfig } from '../../worker/config.ts';

const ENVIRONMENT = {
  DATABASE_URL: 'postgres://cmdb@localhost:5432/cmdb',
  NEO4J_URI: 'bolt://localhost:7687',
  NEO4J_PASSWORD: 'secret',
};

test('networks of webhooks are a list, empty where nothing is said', () => {
  const networksOf = (CMDB_WEBHOOK_NETWORKS?: string) =>
    loadWorkerConfig({ ...ENVIRONMENT, CMDB_WEBHOOK_NETWORKS }).CMDB_WEBHOOK_NETWORKS;
  expect(networksOf()).toEqual([]);
  const networks = networksOf('10.1.0.0/16, fd12:3456::/32');
  expect(classify('10.1.2.3', networks)).toBe('allowed');
  expect(classify('fd12:3456::1', networks)).toBe('allowed');
  expect(classify('10.2.2.3', networks)).toBe('forbidden');
});

test('what is wrong is named, and no value is shown', () => {
  const key = randomBytes(8).toString('hex');
  const wrong = { ...ENVIRONMENT, CMDB_WEBHOOK_NETWORKS: '10.1.0.0/99', CMDB_SECRET_KEY: key };
  expect(() => loadWorkerConfig(wrong)).toThrow(
    /CMDB_SECRET_KEY must be 32 or more.*CMDB_WEBHOOK_NETWORKS must be networks/s,
  );
  expect(() => loadWorkerConfig(wrong)).not.toThrow(new RegExp(`${key}|10\\.1\\.0\\.0/99`));
});
