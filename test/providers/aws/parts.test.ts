import { describe, expect, test } from '@jest/globals';
import { parseArn } from '../../../providers/aws/arn.ts';
import { instancePlatform } from '../../../providers/aws/instance-platform.ts';
import { dnsKey, kmsKeyKey } from '../../../providers/aws/keys.ts';
import { partitionOf } from '../../../providers/aws/partition.ts';
import { databaseFamily } from '../../../providers/aws/rds-states.ts';
import { described } from '../../../providers/aws/tags.ts';

test.each([
  ['Linux/UNIX', 'linux', null],
  ['Red Hat Enterprise Linux', 'linux', 'Red Hat Enterprise Linux'],
  ['Red Hat Enterprise Linux with HA', 'linux', 'Red Hat Enterprise Linux'],
  ['Red Hat BYOL Linux', 'linux', 'Red Hat'],
  ['SUSE Linux', 'linux', 'SUSE Linux'],
  ['Ubuntu Pro', 'linux', 'Ubuntu Pro'],
  ['Linux with SQL Server Standard', 'linux', null],
  ['SQL Server Enterprise', 'windows', null],
  ['Windows', 'windows', null],
  ['Windows with SQL Server Web', 'windows', null],
  ['Windows BYOL', 'windows', null],
])('the platform %s is %s', (details, os_type, os_version) => {
  expect(instancePlatform(details, 'm5.large')).toEqual({ os_type, os_version });
});

test('a Mac is told by its type, and what nothing tells is unknown', () => {
  expect(instancePlatform('Linux/UNIX', 'mac2.metal').os_type).toBe('darwin');
  expect(instancePlatform(null, 'm5.large').os_type).toBeNull();
});

test.each([
  ['us-east-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eusc-de-east-1', 'aws-eusc'],
])('%s is in the partition %s', (region, id) => expect(partitionOf(region).id).toBe(id));

test('an ARN is read to its parts, and other texts are none', () => {
  expect(parseArn('arn:aws:rds:eu-west-1:111111111111:db:orders')).toEqual({
    partition: 'aws',
    service: 'rds',
    region: 'eu-west-1',
    account: '111111111111',
    resource: 'db:orders',
  });
  expect(parseArn('arn:aws:s3:::assets')).toMatchObject({ region: '', resource: 'assets' });
  for (const text of ['', 'assets', 'arn:aws:s3', 'arn:aws:s3:::']) {
    expect(parseArn(text)).toBeNull();
  }
});

test('host names are lower case without the dot at the end', () => {
  expect(dnsKey('DB1.Example.org.')).toBe('dns:db1.example.org');
});

test('a KMS key is the same by ARN, id and alias', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'eu-west-1' } as const;
  const arn = 'arn:aws:kms:eu-west-1:1:key/0a1b';
  expect(kmsKeyKey(arn, scope)).toBe(arn);
  expect(kmsKeyKey('0a1b', scope)).toBe(arn);
  expect(kmsKeyKey('alias/shop', scope)).toBe('arn:aws:kms:eu-west-1:1:alias/shop');
});

test.each([
  ['aurora-postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
  ['aurora', 'mysql'],
  ['aurora-mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['oracle-se2-cdb', 'oracle'],
  ['custom-sqlserver-ee', 'sqlserver'],
  ['something-new', 'something-new'],
])('the engine %s is of the family %s', (engine, family) => {
  expect(databaseFamily(engine)).toBe(family);
});

describe('described', () => {
  test('reads the environment from tags, whatever their spelling', () => {
    expect(described({ Stage: 'qa' })).toMatchObject({
      environment: 'qa',
      environment_source: 'tag:Stage',
    });
  });

  test('says nothing where nothing tells it', () => {
    expect(described({ Owner: '' }, ['reproduction-data', null])).toMatchObject({
      environment: 'unknown',
      environment_source: null,
    });
  });
});
