import {
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  type HealthCheckConfig,
  ListHealthChecksCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-route53-health-check.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { listAll, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let host = '';
let address = '';
let both = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const route53 = new Route53Client({});
  const create = async (CallerReference: string, config: HealthCheckConfig) => {
    const command = new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig: config });
    return (await route53.send(command)).HealthCheck?.Id ?? '';
  };
  host = await create('host', {
    Type: 'HTTPS',
    FullyQualifiedDomainName: 'API.example.com',
    ResourcePath: '/health?token=hunter2',
    Port: 443,
    RequestInterval: 10,
    FailureThreshold: 2,
  });
  address = await create('address', { Type: 'TCP', IPAddress: '203.0.113.9', Port: 22 });
  both = await create('both', {
    Type: 'CALCULATED',
    HealthThreshold: 1,
    ChildHealthChecks: [host, address],
  });
  await route53.send(
    new ChangeTagsForResourceCommand({
      ResourceType: 'healthcheck',
      ResourceId: host,
      AddTags: [{ Key: 'env', Value: 'prod' }],
    }),
  );
});
afterAll(() => moto?.close());

test('every check is found, with what it watches and without what it asks for', async () => {
  const { HealthChecks } = await new Route53Client({}).send(new ListHealthChecksCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    (HealthChecks ?? []).map(({ Id }) => Id).sort(),
  );
  expect(listed.length).toBe(3);
  const found = new Map(listed.map((entry) => [entry.item.name, entry]));
  expect(found.get(host)?.item).toMatchObject({
    environment: 'production',
    attributes: {
      type: 'HTTPS',
      checked_host: 'API.example.com',
      path: '/health',
      port: 443,
      interval_seconds: 10,
      failure_threshold: 2,
    },
  });
  const targets = (id: string, name: string) =>
    found
      .get(id)
      ?.references.filter(({ relation }) => relation === name)
      .map(({ key }) => key);
  expect(targets(host, 'watches')).toEqual(['dns:api.example.com']);
  expect(targets(address, 'watches')).toEqual(['ip:public/203.0.113.9']);
  expect(targets(both, 'watches')).toEqual([]);
  expect(targets(both, 'combines')?.sort()).toEqual([`aws:${host}`, `aws:${address}`].sort());
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});
