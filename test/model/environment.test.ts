import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deriveEnvironment } from '../../model/environment.ts';

describe('tags', () => {
  test.each([
    [{ Environment: 'Production' }, 'production', 'tag:Environment'],
    [{ env: 'stg' }, 'staging', 'tag:env'],
    [{ 'acme.io/environment': 'qa' }, 'qa', 'tag:acme.io/environment'],
    [{ Stage: 'dev-2' }, 'development', 'tag:Stage'],
    [{ environment: 'disaster-recovery' }, 'disaster_recovery', 'tag:environment'],
    [{ environment: 'pre-prod' }, 'staging', 'tag:environment'],
  ])('%j is %s', (tags, environment, environment_source) => {
    expect(deriveEnvironment(tags as Record<string, string>)).toEqual({
      environment,
      environment_source,
    });
  });

  test('a tag goes before a name', () => {
    expect(deriveEnvironment({ env: 'test' }, ['prod-db']).environment).toBe('test');
  });
});

describe('names', () => {
  test.each([
    ['prod-db-1', 'production'],
    ['db.live.example.com', 'production'],
    ['api_uat', 'qa'],
    ['web-dev2', 'development'],
    ['reproduction-data', 'unknown'],
    ['product-api', 'unknown'],
    ['devops-tools', 'unknown'],
    ['latest', 'unknown'],
    ['prod-to-test-sync', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s is %s', (name, environment) => {
    expect(deriveEnvironment({}, [name]).environment).toBe(environment);
  });

  test('the first name that tells is taken', () => {
    expect(deriveEnvironment({}, [null, 'db-1', 'staging', 'prod'])).toEqual({
      environment: 'staging',
      environment_source: 'name:staging',
    });
  });
});

test('whatever the input, an environment comes with what told it, and unknown with nothing', () => {
  const tags = fc.dictionary(fc.string(), fc.string());
  fc.assert(
    fc.property(tags, fc.array(fc.string()), (someTags, names) => {
      const { environment, environment_source } = deriveEnvironment(someTags, names);
      expect(environment === 'unknown').toBe(environment_source === null);
    }),
  );
});
