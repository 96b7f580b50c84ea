import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddListenerCertificatesCommand,
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as loadBalancer } from '../../../providers/aws/resources/aws-elbv2-load-balancer.ts';
import { resourceType as targetGroup } from '../../../providers/aws/resources/aws-elbv2-target-group.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-elbv2-target-group.ts';
import { type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';

const SCOPE = {
  provider: 'aws',
  account: '111111111111',
  account_name: null,
  region: 'us-west-2',
} as const;

let moto: Moto;
let elb: ElasticLoadBalancingV2Client;
let vpcId: string;
let subnets: string[];
let securityGroup: string;
let running: string;
let stopped: string;
let balancerArn: string;
let groupArn: string;
/** The default of the listener, and one for another host name. */
let certificates: [string, string];

beforeAll(async () => {
  moto = await startMotoEstate();
  await seedInstances();
  elb = new ElasticLoadBalancingV2Client({ region: REGION });
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'shop',
      Subnets: subnets,
      SecurityGroups: [securityGroup],
      Tags: [{ Key: 'env', Value: 'prod' }],
    }),
  );
  balancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  groupArn = await makeGroup('web');
  certificates = [await makeCertificate('shop.example.com'), await makeCertificate('example.org')];
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificates[0] }],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }],
    }),
  );
  await elb.send(
    new AddListenerCertificatesCommand({
      ListenerArn: Listeners?.[0]?.ListenerArn,
      Certificates: [{ CertificateArn: certificates[1] }],
    }),
  );
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: groupArn,
      Targets: [
        { Id: stopped, Port: 8080 },
        { Id: running, Port: 8080 },
      ],
    }),
  );
  await new EC2Client({ region: REGION }).send(
    new StopInstancesCommand({ InstanceIds: [stopped] }),
  );
});
afterAll(() => moto?.close());

async function seedInstances(): Promise<void> {
  const ec2 = new EC2Client({ region: REGION });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  vpcId = Vpc?.VpcId ?? '';
  subnets = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `${REGION}${zone}`,
      }),
    );
    subnets.push(Subnet?.SubnetId ?? '');
  }
  const group = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'shop', Description: 'shop', VpcId: vpcId }),
  );
  securityGroup = group.GroupId ?? '';
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const run = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images?.find(({ Name }) => Name?.startsWith('amzn'))?.ImageId,
      InstanceType: 't3.micro',
      MinCount: 2,
      MaxCount: 2,
      SubnetId: subnets[0],
    }),
  );
  [running = '', stopped = ''] = (run.Instances ?? []).flatMap(
    ({ InstanceId }) => InstanceId ?? [],
  );
}

async function makeCertificate(DomainName: string): Promise<string> {
  const acm = new ACMClient({ region: REGION });
  const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName }));
  return CertificateArn ?? '';
}

async function makeGroup(Name: string): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 80, VpcId: vpcId }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

test('each listing finds what the API lists, over pages and batches of tags', async () => {
  const made: string[] = [];
  for (let index = 0; index < 25; index += 1) made.push(await makeGroup(`more-${index}`));
  await elb.send(
    new AddTagsCommand({ ResourceArns: [made.at(-1) ?? ''], Tags: [{ Key: 'team', Value: 'x' }] }),
  );
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const groups = await listAll(targetGroup);
  expect(groups.map(({ native_id }) => native_id).sort()).toEqual(
    TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn).sort(),
  );
  expect(groups.find(({ native_id }) => native_id === made.at(-1))?.item.team).toBe('x');
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  expect((await listAll(loadBalancer)).map(({ native_id }) => native_id)).toEqual(
    LoadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn),
  );
});

test('a load balancer tells its listeners, and stands on its zones and certificates', async () => {
  const [found] = await listAll(loadBalancer);
  expect(found?.item).toMatchObject({
    ci_type: 'load_balancer',
    name: 'shop',
    environment: 'production',
    attributes: {
      load_balancer_type: 'application',
      vpc_id: vpcId,
      availability_zones: [`${REGION}a`, `${REGION}b`],
      listeners: [
        {
          port: 443,
          protocol: 'HTTPS',
          default_actions: ['forward'],
          default_target_group_arns: [groupArn],
        },
      ],
    },
  });
  expect(found?.keys).toEqual([balancerArn, `dns:${found?.item.fqdn?.toLowerCase()}`]);
  const references = found?.references.map(({ relation, key }) => [relation, key]);
  expect(references).toEqual(
    expect.arrayContaining([
      ['in_vpc', `aws:${vpcId}`],
      ...subnets.map((id) => ['in_subnet', `aws:${id}`]),
      ['guarded_by', `aws:${securityGroup}`],
      ...certificates.map((arn) => ['secured_by', arn]),
    ]),
  );
});

test('a target group and its load balancer depend on the targets, of which one is enough', async () => {
  const web = (await listAll(targetGroup)).find(({ native_id }) => native_id === groupArn);
  expect(web?.item).toMatchObject({
    status: 'active',
    attributes: {
      targets: [`${running}:8080`, `${stopped}:8080`].sort(),
      healthy_targets: 1,
      unhealthy_targets: 1,
    },
  });
  const toTarget = (relation: string, id: string) =>
    web?.references.find((one) => one.relation === relation && one.key === `aws:${id}`);
  const group = { redundancy_group: groupArn, min_up: 1 };
  expect(toTarget('has_target', running)).toMatchObject({
    ...group,
    attributes: { port: 8080, health: 'healthy' },
  });
  expect(toTarget('has_target', stopped)).toMatchObject({
    ...group,
    attributes: { health: 'unhealthy', state: 'unused', reason: 'Target.InvalidState' },
  });
  for (const id of [running, stopped]) {
    expect(toTarget('balances', id)).toMatchObject({ ...group, source_key: balancerArn });
  }
  expect(web?.references).toContainEqual({
    relation: 'serves',
    key: groupArn,
    source_key: balancerArn,
  });
});

test('a group has failed when no target serves; what is not known is no failure', () => {
  const parsed = records.map((record) => targetGroup.record.parse(record));
  const statuses = parsed.map((record) => [
    record.TargetGroupName,
    targetGroup.toItem(record, SCOPE).status,
  ]);
  expect(Object.fromEntries(statuses)).toEqual({
    web: 'active',
    pods: 'failed',
    function: 'active',
    alb: 'inactive',
    dark: 'active',
  });
});

test('targets are known by the keys that they announce, whatever they are', () => {
  const keys = (name: string) => {
    const record = records.find(({ TargetGroupName }) => TargetGroupName === name);
    return targetGroup
      .references(targetGroup.record.parse(record), SCOPE)
      .filter(({ relation }) => relation === 'has_target')
      .map(({ key }: Listed['references'][number]) => key);
  };
  expect(keys('web')).toEqual(['aws:i-0aaaaaaaaaaaaaaa1', 'aws:i-0aaaaaaaaaaaaaaa2']);
  expect(keys('pods')).toEqual(['ip:vpc-0aaaaaaaaaaaaaaa1/10.0.0.70', 'ip:public/2600:1f14::70']);
  expect(keys('function')).toEqual(['arn:aws:lambda:us-west-2:111111111111:function:shop']);
  expect(keys('alb')).toEqual([expect.stringContaining(':loadbalancer/app/shop/')]);
});
