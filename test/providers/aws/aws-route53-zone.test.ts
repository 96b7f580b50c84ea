import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-route53-zone.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let vpcId = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const route53 = new Route53Client({});
  const made = await new EC2Client({}).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  vpcId = made.Vpc?.VpcId ?? '';
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: '1' }),
  );
  await route53.send(
    new ChangeTagsForResourceCommand({
      ResourceType: 'hostedzone',
      ResourceId: HostedZone?.Id?.replace('/hostedzone/', ''),
      AddTags: [{ Key: 'team', Value: 'storefront' }],
    }),
  );
  await route53.send(
    new CreateHostedZoneCommand({
      Name: 'shop.internal',
      CallerReference: '2',
      HostedZoneConfig: { PrivateZone: true, Comment: 'the shop' },
      VPC: { VPCId: vpcId, VPCRegion: REGION },
    }),
  );
  // More than one page, and more than one call's tags.
  for (let index = 0; index < 110; index += 1) {
    await route53.send(
      new CreateHostedZoneCommand({ Name: `z${index}.org`, CallerReference: `z${index}` }),
    );
  }
}, 60_000);
afterAll(() => moto?.close());

test('every zone is found, page by page', async () => {
  const { HostedZones } = await new Route53Client({}).send(
    new ListHostedZonesCommand({ MaxItems: 1000 }),
  );
  const listed = await listAll(resourceType);
  expect(listed.length).toBe(112);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (HostedZones ?? []).map(({ Id }) => `arn:aws:route53:::${Id?.slice(1)}`).sort(),
  );
  const items = new Map(listed.map((found) => [found.item.display_name, found]));
  expect(items.get('example.com')).toMatchObject({
    item: {
      ci_type: 'dns_zone',
      team: 'storefront',
      fqdn: 'example.com',
      attributes: { private: false, vpc_ids: [], records: 2, denied_reads: [] },
    },
    references: [{ relation: 'in_account', key: `aws:${ACCOUNT}` }],
  });
  const servers = items.get('example.com')?.item.attributes.name_servers;
  expect(servers).toEqual(expect.arrayContaining([expect.stringContaining('awsdns')]));
  expect(items.get('shop.internal')).toMatchObject({
    item: { attributes: { private: true, vpc_ids: [vpcId], comment: 'the shop' } },
    references: [{ relation: 'in_account' }, { relation: 'answers_in', key: `aws:${vpcId}` }],
  });
}, 60_000);
