import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  EnterStandbyCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-autoscaling-group.ts';
import { resourceType as instance } from '../../../providers/aws/resources/aws-ec2-instance.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, seedComputeNetwork } from './seed-compute.ts';

let moto: Moto;
let network: ComputeNetwork;
let templateId = '';
let standby = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  const { LaunchTemplate } = await new EC2Client({}).send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: network.image_id, InstanceType: 't3.micro' },
    }),
  );
  templateId = LaunchTemplate?.LaunchTemplateId ?? '';
  const scaling = new AutoScalingClient({});
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web-prod',
      MinSize: 2,
      MaxSize: 6,
      DesiredCapacity: 4,
      VPCZoneIdentifier: network.subnet_ids.join(','),
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
      Tags: [{ Key: 'team', Value: 'storefront', PropagateAtLaunch: true }],
    }),
  );
  await scaling.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'batch-7',
      ImageId: network.image_id,
      InstanceType: 't3.micro',
    }),
  );
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'batch',
      MinSize: 0,
      MaxSize: 0,
      AvailabilityZones: [`${REGION}a`],
      LaunchConfigurationName: 'batch-7',
    }),
  );
  standby = (await groupNamed('web-prod'))?.Instances?.[0]?.InstanceId ?? '';
  await scaling.send(
    new EnterStandbyCommand({
      AutoScalingGroupName: 'web-prod',
      InstanceIds: [standby],
      ShouldDecrementDesiredCapacity: true,
    }),
  );
});
afterAll(() => moto?.close());

async function groupNamed(name: string) {
  const { AutoScalingGroups } = await new AutoScalingClient({}).send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return AutoScalingGroups?.[0];
}

async function listed(name: string): Promise<Listed | undefined> {
  return (await listAll(resourceType)).find(({ item }) => item.name === name);
}

test('every group is found, with its sizes and what it launches from', async () => {
  const { AutoScalingGroups } = await new AutoScalingClient({}).send(
    new DescribeAutoScalingGroupsCommand({}),
  );
  expect((await listAll(resourceType)).map(({ native_id }) => native_id).sort()).toEqual(
    (AutoScalingGroups ?? []).map(({ AutoScalingGroupARN }) => AutoScalingGroupARN).sort(),
  );
  const web = await listed('web-prod');
  expect(web?.item).toMatchObject({
    ci_type: 'autoscaler',
    status: 'active',
    region: REGION,
    team: 'storefront',
    environment: 'production',
    attributes: {
      min_size: 2,
      max_size: 6,
      desired_capacity: 3,
      instance_count: 4,
      healthy_instance_count: 3,
      launch_template_id: templateId,
      launch_template_version: '1',
      subnet_ids: network.subnet_ids.toSorted(),
    },
  });
  expect(web?.keys).toContain(`aws:${ACCOUNT}/${REGION}/auto-scaling-group/web-prod`);
});

test('its instances stand in for each other down to its least size', async () => {
  const web = await listed('web-prod');
  const instances = await listAll(instance);
  const owners = new Map(
    instances.flatMap(({ item, keys }) => keys.map((key) => [key, item.name])),
  );
  const members = (web?.references ?? []).filter(({ relation }) => relation === 'has_member');
  const expected = ((await groupNamed('web-prod'))?.Instances ?? [])
    .map(({ InstanceId }) => InstanceId)
    .filter((id) => id !== standby);
  expect(members.map(({ source_key }) => owners.get(source_key ?? '')).sort()).toEqual(
    expected.sort(),
  );
  for (const { key, redundancy_group, min_up } of members) {
    expect({ key, redundancy_group, min_up }).toEqual({
      key: web?.native_id,
      redundancy_group: web?.native_id,
      min_up: 2,
    });
  }
});

test('nothing rests on an instance that is out of service', async () => {
  const kept = ((await listed('web-prod'))?.references ?? []).filter(
    ({ relation }) => relation === 'keeps',
  );
  expect(kept).toEqual([
    expect.objectContaining({
      source_key: `aws:${standby}`,
      attributes: { health_status: 'Healthy', lifecycle_state: 'Standby' },
    }),
  ]);
  expect(kept[0]).not.toHaveProperty('redundancy_group');
});

test('a group of subnets is in those, and one without is in its account', async () => {
  const places = async (name: string) =>
    ((await listed(name))?.references ?? [])
      .filter(({ relation }) => relation.startsWith('in_'))
      .map(({ relation, key, min_up }) => [relation, key, min_up]);
  expect(await places('web-prod')).toEqual(
    network.subnet_ids.toSorted().map((id) => ['in_subnet', `aws:${id}`, 1]),
  );
  const batch = await listed('batch');
  expect(batch?.item.attributes.launch_configuration).toBe('batch-7');
  expect(await places('batch')).toEqual([['in_account', `aws:${ACCOUNT}`, undefined]]);
});
