import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordName } from '../../../providers/aws/record-sets.ts';
import { resourceType } from '../../../providers/aws/resources/aws-route53-record.ts';
import { resourceType as zone } from '../../../providers/aws/resources/aws-route53-zone.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-route53-record.ts';
import { listAll, REGION, startMotoEstate } from './moto-estate.ts';

/** More than two pages, so that one ends in the middle. */
const HOSTS = 650;
const LOAD_BALANCER = 'blue-1.eu-west-1.elb.amazonaws.com';

let moto: Moto;
let vpcId = '';
let checkId = '';
const zones: string[] = [];

beforeAll(async () => {
  moto = await startMotoEstate();
  const route53 = new Route53Client({});
  const made = await new EC2Client({}).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  vpcId = made.Vpc?.VpcId ?? '';
  const check = await route53.send(
    new CreateHealthCheckCommand({
      CallerReference: '1',
      HealthCheckConfig: { Type: 'TCP', IPAddress: '203.0.113.1', Port: 443 },
    }),
  );
  checkId = check.HealthCheck?.Id ?? '';
  for (const Name of ['example.com', 'shop.internal', 'empty.org']) {
    const VPC = { VPCId: vpcId, VPCRegion: REGION } as const;
    const isPrivate = Name === 'shop.internal';
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({
        Name,
        CallerReference: Name,
        ...(isPrivate ? { VPC, HostedZoneConfig: { PrivateZone: true } } : {}),
      }),
    );
    zones.push(HostedZone?.Id?.replace('/hostedzone/', '') ?? '');
  }
  const create = async (zoneId: string | undefined, sets: ResourceRecordSet[]) => {
    const Changes = sets.map((set) => ({ Action: 'CREATE' as const, ResourceRecordSet: set }));
    const command = new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: { Changes },
    });
    await route53.send(command);
  };
  const hosts = Array.from({ length: HOSTS }, (_, n) => ({
    Name: `h${n}.example.com`,
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: `203.0.${Math.floor(n / 250)}.${n % 250}` }],
  }));
  await create(zones[0], hosts);
  const weighted = (SetIdentifier: string, Weight: number, Value: string) => ({
    Name: 'api.prod.example.com',
    Type: 'CNAME' as const,
    SetIdentifier,
    Weight,
    TTL: 60,
    ResourceRecords: [{ Value }],
  });
  await create(zones[0], [
    { ...weighted('blue', 90, LOAD_BALANCER), HealthCheckId: checkId },
    weighted('green', 10, 'green-1.eu-west-1.elb.amazonaws.com'),
    {
      Name: 'example.com',
      Type: 'TXT',
      TTL: 60,
      ResourceRecords: [{ Value: '"token=hunter2"' }],
    },
  ]);
  await create(zones[1], [
    { Name: 'node.shop.internal', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.0.0.7' }] },
  ]);
}, 60_000);
afterAll(() => moto?.close());

test('every record of every zone is found once, over page boundaries', async () => {
  const expected = new Set<string>();
  for (const HostedZoneId of zones) {
    let next: { StartRecordName?: string; StartRecordType?: ResourceRecordSet['Type'] } = {};
    for (let isTruncated = true; isTruncated; ) {
      const page = await new Route53Client({}).send(
        new ListResourceRecordSetsCommand({ HostedZoneId, ...next }),
      );
      for (const { Name, Type } of page.ResourceRecordSets ?? []) {
        const path = `hostedzone/${HostedZoneId}/recordset/${recordName(Name ?? '')}/${Type}`;
        expected.add(`arn:aws:route53:::${path}`);
      }
      isTruncated = page.IsTruncated ?? false;
      next = { StartRecordName: page.NextRecordName ?? '', StartRecordType: page.NextRecordType };
    }
  }
  const listed = await listAll(resourceType);
  const ids = listed.map(({ native_id }) => native_id);
  expect(ids.length).toBeGreaterThan(HOSTS);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual([...expected].sort());
  expect(JSON.stringify(listed)).not.toContain('hunter2');
}, 60_000);

test('weighted sets are one record whose targets stand in for each other', async () => {
  const found = (await listAll(resourceType)).find(({ item }) => item.name.startsWith('api.prod'));
  expect(found?.item).toMatchObject({
    display_name: 'api.prod.example.com CNAME',
    environment: 'production',
    attributes: {
      type: 'CNAME',
      routing: 'weighted',
      private: false,
      sets: [
        { set_identifier: 'blue', weight: 90, health_check_id: checkId },
        { set_identifier: 'green', weight: 10, health_check_id: null },
      ],
    },
  });
  const { native_id } = found ?? {};
  const group = { redundancy_group: native_id, min_up: 1 };
  expect(found?.references).toEqual([
    { relation: 'in_zone', key: `aws:${zones[0]}` },
    {
      relation: 'leads_to',
      key: `dns:${LOAD_BALANCER}`,
      discriminator: 'blue',
      ...group,
      attributes: { host: LOAD_BALANCER, weight: 90 },
    },
    expect.objectContaining({ discriminator: 'green', ...group }),
    {
      relation: 'watched_by',
      key: native_id,
      source_key: `aws:${checkId}`,
      discriminator: 'blue',
    },
  ]);
  expect(found?.keys).toContain('dns:api.prod.example.com');
  const owners = (await listAll(zone)).filter(({ keys }) => keys.includes(`aws:${zones[0]}`));
  expect(owners.map(({ item }) => item.display_name)).toEqual(['example.com']);
});

test('a private name and its address belong to the VPC of the zone', async () => {
  const found = (await listAll(resourceType)).find(({ item }) => item.name.startsWith('node'));
  expect(found).toMatchObject({
    item: { ip_address: '10.0.0.7', attributes: { private: true, vpc_ids: [vpcId] } },
    keys: [found?.native_id, `dns:${vpcId}/node.shop.internal`],
  });
  expect(found?.references.map(({ key }) => key)).toEqual([
    `aws:${zones[1]}`,
    `ip:${vpcId}/10.0.0.7`,
  ]);
});

describe('in the fixtures', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'global' } as const;
  const byName = new Map(
    records.map((raw) => {
      const record = resourceType.record.parse(raw);
      const keys = resourceType.keys(record, scope);
      const leads = resourceType
        .references(record, scope)
        .filter(({ relation }) => relation === 'leads_to');
      return [`${record.Name} ${record.Type}`, { keys, leads: leads.map(({ key }) => key) }];
    }),
  );

  test.each([
    ['www.example.com A', ['dns:d111111abcdef8.cloudfront.net']],
    ['docs.example.com A', ['dns:docs.example.com.s3-website-eu-west-1.amazonaws.com']],
    [
      'shop.example.com A',
      ['arn:aws:route53:::hostedzone/Z0AAAAAAAAAAAAAAAAAA2/recordset/api.prod.example.com/A'],
    ],
    ['host.example.com A', ['ip:public/203.0.113.9']],
    ['example.com MX', ['dns:mail.example.com']],
    ['example.com TXT', []],
    ['db.shop.internal CNAME', ['dns:orders.abc.eu-west-1.rds.amazonaws.com']],
    ['cache.shop.internal CNAME', ['dns:vpc-0aaaaaaaaaaaaaaa1/db.shop.internal']],
    [
      'node.shop.internal A',
      [7, 8].flatMap((n) => [1, 2].map((vpc) => `ip:vpc-0aaaaaaaaaaaaaaa${vpc}/10.0.0.${n}`)),
    ],
  ])('%s leads to %s', (name, keys) => expect(byName.get(name)?.leads).toEqual(keys));

  test('names that distributions announce are theirs', () => {
    expect(byName.get('www.example.com A')?.keys).toHaveLength(1);
    expect(byName.get('docs.example.com A')?.keys).toContain('dns:docs.example.com');
  });
});

test('names are read as DNS has them', () => {
  expect(recordName('\\052.Example.com.')).toBe('*.example.com');
});
