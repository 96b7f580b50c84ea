import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplatesCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-launch-template.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, seedComputeNetwork } from './seed-compute.ts';

let moto: Moto;
let network: ComputeNetwork;

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  const ec2 = new EC2Client({});
  const create = (name: string, InstanceType: 't3.micro' | 'm5.large') =>
    ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { InstanceType, ImageId: 'resolve:ssm:/shop/ami' },
      }),
    );
  await create('batch', 't3.micro');
  await create('web-prod', 't3.micro');
  await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName: 'web-prod',
      LaunchTemplateData: {
        InstanceType: 'm5.large',
        ImageId: network.image_id,
        UserData: Buffer.from('PASSWORD=hunter2').toString('base64'),
        SecurityGroupIds: [network.group_id],
        IamInstanceProfile: { Name: 'web' },
      },
    }),
  );
  await ec2.send(
    new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'web-prod', DefaultVersion: '2' }),
  );
});
afterAll(() => moto?.close());

test('every template is found, with its default version', async () => {
  const { LaunchTemplates } = await new EC2Client({}).send(new DescribeLaunchTemplatesCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    (LaunchTemplates ?? []).map(({ LaunchTemplateId }) => LaunchTemplateId).sort(),
  );
  const web = listed.find(({ item }) => item.display_name === 'web-prod');
  expect(web?.item).toMatchObject({
    ci_type: 'machine_image',
    environment: 'production',
    region: REGION,
    attributes: {
      template_name: 'web-prod',
      default_version: 2,
      latest_version: 2,
      ami: network.image_id,
      instance_type: 'm5.large',
      denied_reads: [],
    },
  });
  expect(web?.references.map(({ relation, key }) => [relation, key])).toEqual([
    ['in_account', `aws:${ACCOUNT}`],
    ['launches', `arn:aws:ec2:${REGION}:${ACCOUNT}:image/${network.image_id}`],
    ['has_profile', `arn:aws:iam::${ACCOUNT}:instance-profile/web`],
    ['guarded_by', `aws:${network.group_id}`],
  ]);
});

test('one whose AMI a parameter names refers to none', async () => {
  const batch = (await listAll(resourceType)).find(({ item }) => item.display_name === 'batch');
  expect(batch?.item.attributes.ami).toBe('resolve:ssm:/shop/ami');
  expect(batch?.references.map(({ relation }) => relation)).toEqual(['in_account']);
});

test('user data does not leave the listing', async () => {
  const listed = JSON.stringify(await listAll(resourceType));
  expect(listed).not.toContain('hunter2');
  expect(listed).not.toContain(Buffer.from('PASSWORD=hunter2').toString('base64'));
});
