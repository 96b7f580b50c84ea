import { pick } from '../random.ts';
import type { SyntheticRegion } from './estate.ts';
import type { Xml, XmlObject } from './xml.ts';

const INSTANCE_TYPES = [
  { name: 't3.medium', vcpus: 2, memory_mib: 4096 },
  { name: 'm6i.large', vcpus: 2, memory_mib: 8192 },
  { name: 'm6i.2xlarge', vcpus: 8, memory_mib: 32768 },
  { name: 'r6i.xlarge', vcpus: 4, memory_mib: 32768 },
] as const;
const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const TEAMS = ['payments', 'search', 'platform', 'data', 'mobile'] as const;
const LAUNCHED = new Date('2026-01-15T09:30:00Z');

/** A listing of EC2: how many there are, the element that holds them, and one of them. */
export interface Ec2Listing {
  readonly element: string;
  readonly count: (region: SyntheticRegion) => number;
  readonly one: (region: SyntheticRegion, index: number, epoch: number) => Xml;
}

function tags(region: SyntheticRegion, kind: string, index: number, epoch: number): Xml {
  const environment = pick(ENVIRONMENTS, kind, index, 'environment');
  const revision = region.revision(kind, index, epoch);
  return [
    { key: 'Name', value: `${kind}-${environment}-${index}` },
    { key: 'environment', value: environment },
    { key: 'team', value: pick(TEAMS, index, 'team') },
    { key: 'revision', value: String(revision) },
  ];
}

function placed(region: SyntheticRegion, index: number): XmlObject {
  const subnet = region.subnetOf(index);
  return {
    subnetId: region.id('subnet', subnet),
    vpcId: region.id('vpc', region.vpcOf(subnet)),
  };
}

function instance(region: SyntheticRegion, index: number, epoch: number): XmlObject {
  const { volumes, instances } = region.counts;
  const address = region.privateAddress(index);
  // Volumes are dealt out in turn, so that what the instance and the volume say agrees.
  const attached = [];
  for (let volume = index; volume < volumes; volume += instances) attached.push(volume);
  return {
    instanceId: region.id('i', index),
    imageId: region.id('ami', index % 20),
    instanceState: { code: 16, name: 'running' },
    instanceType: pick(INSTANCE_TYPES, index, 'type').name,
    launchTime: LAUNCHED,
    placement: { availabilityZone: region.zoneOf(region.subnetOf(index)), tenancy: 'default' },
    architecture: 'x86_64',
    platformDetails: 'Linux/UNIX',
    privateIpAddress: address,
    privateDnsName: `ip-${address.replaceAll('.', '-')}.${region.region}.compute.internal`,
    ...placed(region, index),
    groupSet: groups(region, index),
    networkInterfaceSet: [
      {
        networkInterfaceId: region.id('eni', index),
        macAddress: macAddress(region.id('eni', index)),
        privateIpAddress: address,
        ...placed(region, index),
        privateIpAddressesSet: [{ privateIpAddress: address, primary: true }],
      },
    ],
    blockDeviceMapping: attached.map((volume, position) => ({
      deviceName: `/dev/xvd${'abcdefgh'[position]}`,
      ebs: { volumeId: region.id('vol', volume), status: 'attached' },
    })),
    tagSet: tags(region, 'instance', index, epoch),
  };
}

function groups(region: SyntheticRegion, index: number): Xml {
  return [{ groupId: region.id('sg', region.securityGroupOf(index)) }];
}

function macAddress(id: string): string {
  return `0a:${id.slice(-10).match(/../g)?.join(':')}`;
}

function volume(region: SyntheticRegion, index: number, epoch: number): Xml {
  const { instances } = region.counts;
  const user = index % instances;
  return {
    volumeId: region.id('vol', index),
    size: pick([20, 50, 100, 500], index, 'size'),
    status: 'in-use',
    availabilityZone: region.zoneOf(region.subnetOf(user)),
    volumeType: 'gp3',
    iops: 3000,
    throughput: 125,
    encrypted: true,
    multiAttachEnabled: false,
    createTime: LAUNCHED,
    attachmentSet: [{ instanceId: region.id('i', user), status: 'attached' }],
    tagSet: tags(region, 'volume', index, epoch),
  };
}

function networkInterface(region: SyntheticRegion, index: number, epoch: number): Xml {
  const address = region.privateAddress(index);
  const isOfInstance = index < region.counts.instances;
  return {
    networkInterfaceId: region.id('eni', index),
    status: isOfInstance ? 'in-use' : 'available',
    interfaceType: 'interface',
    description: 'synthetic',
    requesterManaged: false,
    sourceDestCheck: true,
    ...placed(region, index),
    ownerId: region.account,
    availabilityZone: region.zoneOf(region.subnetOf(index)),
    macAddress: macAddress(region.id('eni', index)),
    privateIpAddress: address,
    privateIpAddressesSet: [{ privateIpAddress: address, primary: true }],
    attachment: isOfInstance ? { instanceId: region.id('i', index) } : null,
    groupSet: groups(region, index),
    tagSet: tags(region, 'interface', index, epoch),
  };
}

/** The listings of EC2 that have something in them, by action. */
export const EC2_LISTINGS: Readonly<Record<string, Ec2Listing>> = {
  DescribeInstances: {
    element: 'reservationSet',
    count: ({ counts }) => counts.instances,
    one: (region, index, epoch) => ({
      reservationId: region.id('r', index),
      ownerId: region.account,
      instancesSet: [instance(region, index, epoch)],
    }),
  },
  DescribeVolumes: {
    element: 'volumeSet',
    count: ({ counts }) => counts.volumes,
    one: volume,
  },
  DescribeNetworkInterfaces: {
    element: 'networkInterfaceSet',
    count: ({ counts }) => counts.interfaces,
    one: networkInterface,
  },
  DescribeSecurityGroups: {
    element: 'securityGroupInfo',
    count: ({ counts }) => counts.security_groups,
    one: (region, index, epoch) => ({
      groupId: region.id('sg', index),
      groupName: `group-${index}`,
      groupDescription: 'synthetic',
      ownerId: region.account,
      vpcId: region.id('vpc', region.vpcOf(region.subnetOf(index))),
      ipPermissions: [
        {
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          groups: [{ groupId: region.id('sg', (index + 1) % region.counts.security_groups) }],
        },
      ],
      tagSet: tags(region, 'group', index, epoch),
    }),
  },
  DescribeSubnets: {
    element: 'subnetSet',
    count: ({ counts }) => counts.subnets,
    one: (region, index, epoch) => ({
      subnetId: region.id('subnet', index),
      state: 'available',
      vpcId: region.id('vpc', region.vpcOf(index)),
      ownerId: region.account,
      availabilityZone: region.zoneOf(index),
      cidrBlock: `10.${index & 255}.0.0/16`,
      availableIpAddressCount: 60_000 - (epoch % 100),
      mapPublicIpOnLaunch: false,
      defaultForAz: false,
      tagSet: tags(region, 'subnet', index, epoch),
    }),
  },
  DescribeVpcs: {
    element: 'vpcSet',
    count: ({ counts }) => counts.vpcs,
    one: (region, index, epoch) => ({
      vpcId: region.id('vpc', index),
      state: 'available',
      ownerId: region.account,
      cidrBlock: '10.0.0.0/8',
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: tags(region, 'vpc', index, epoch),
    }),
  },
  DescribeInstanceTypes: {
    element: 'instanceTypeSet',
    count: () => INSTANCE_TYPES.length,
    one: (_region, index) => {
      const type = INSTANCE_TYPES[index];
      return {
        instanceType: type?.name,
        vCpuInfo: { defaultVCpus: type?.vcpus },
        memoryInfo: { sizeInMiB: type?.memory_mib },
      };
    },
  },
};
