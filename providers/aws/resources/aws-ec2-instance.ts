import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { type Ec2InstanceRecord, ec2InstanceRecordSchema } from '../ec2-instance-record.ts';
import { textAt } from '../fields.ts';
import { instancePlatform } from '../instance-platform.ts';
import { instanceTypeSizes } from '../instance-types.ts';
import { dnsKey, idKey, privateIpKey, publicIpKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described } from '../tags.ts';

/** Every state of EC2's `InstanceStateName`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  running: 'active',
  'shutting-down': 'under_maintenance',
  stopping: 'under_maintenance',
  stopped: 'inactive',
  terminated: 'retired',
};

const AUTO_SCALING_TAG = 'aws:autoscaling:groupName';
const MIB_PER_GIB = 1024;

export const resourceType = defineResourceType({
  name: 'aws_ec2_instance',
  provider: 'aws',
  ci_types: ['aws_ec2'],
  summary: 'An EC2 instance in any state, with CPU and memory from the catalogue of its type.',
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceTypes'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeInstancesCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }), {
        abortSignal: signal,
      });
    const instances = (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    const types = instances.flatMap(({ InstanceType }) => InstanceType ?? []);
    const { sizes, denied } = await instanceTypeSizes(aws, types, signal);
    const records = instances.map((instance) => ({
      ...instance,
      Size: sizes.get(instance.InstanceType ?? ''),
      DeniedReads: denied === null ? [] : [denied],
    }));
    return { records, next_page_token: page.NextToken ?? null };
  },

  record: ec2InstanceRecordSchema,

  nativeId(record, scope) {
    const id = textAt(record, 'InstanceId');
    return id && regionalArn(scope, 'ec2', `instance/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'aws_ec2',
    name: record.InstanceId,
    display_name: record.Tags.Name || record.InstanceId,
    status: STATUSES[record.State.Name] ?? 'active',
    region: scope.region,
    availability_zone: record.Placement?.AvailabilityZone ?? null,
    external_id: record.InstanceId,
    ip_address: record.PrivateIpAddress,
    hostname: record.PrivateDnsName,
    fqdn: record.PublicDnsName,
    ...described(record.Tags, [record.Tags[AUTO_SCALING_TAG] ?? null]),
    cpu_cores: record.Size?.vcpus ?? null,
    memory_gb: record.Size?.memory_mib ? record.Size.memory_mib / MIB_PER_GIB : null,
    ...instancePlatform(record.PlatformDetails, record.InstanceType),
    mac_addresses: record.NetworkInterfaces.flatMap(({ MacAddress }) => MacAddress ?? []).sort(),
    // Without secondary addresses: on a Kubernetes node they are its pods', and move all the time.
    network_interfaces: record.NetworkInterfaces.map((entry) => ({
      id: entry.NetworkInterfaceId,
      mac: entry.MacAddress,
      ip_address: entry.PrivateIpAddress,
      subnet_id: entry.SubnetId,
    })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    attributes: {
      instance_type: record.InstanceType,
      ami_id: record.ImageId,
      vpc_id: record.VpcId,
      subnet_id: record.SubnetId,
      launch_time: record.LaunchTime,
      state: record.State.Name,
      architecture: record.Architecture,
      platform_details: record.PlatformDetails,
      lifecycle: record.InstanceLifecycle ?? 'on-demand',
      tenancy: record.Placement?.Tenancy ?? null,
      key_name: record.KeyName,
      public_ip_address: record.PublicIpAddress,
      ipv6_address: record.Ipv6Address,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: (record, scope) => [
    idKey(record.InstanceId),
    regionalArn(scope, 'ec2', `instance/${record.InstanceId}`),
    ...addressKeys(record),
    ...(record.PublicDnsName ? [dnsKey(record.PublicDnsName)] : []),
  ],

  relations: {
    in_subnet: { type: 'part_of', target: 'aws_subnet', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    has_volume: { type: 'uses', target: 'aws_ebs_volume', spread: 'forward' },
    has_profile: { type: 'uses', target: 'aws_iam_instance_profile', spread: 'forward' },
    // Read once, when the instance is launched.
    made_from: { type: 'depends_on', target: 'aws_machine_image', spread: 'none' },
  },

  references: (record, scope) => [
    ...refer('in_subnet', record.SubnetId, idKey),
    ...refer('in_vpc', record.VpcId, idKey),
    ...record.SecurityGroups.flatMap(({ GroupId }) => refer('guarded_by', GroupId, idKey)),
    ...record.NetworkInterfaces.flatMap(({ NetworkInterfaceId }) =>
      refer('has_interface', NetworkInterfaceId, idKey),
    ),
    ...record.BlockDeviceMappings.flatMap(({ DeviceName, Ebs }) =>
      refer('has_volume', Ebs?.VolumeId, idKey, { attributes: { device: DeviceName } }),
    ),
    ...refer('has_profile', record.IamInstanceProfile?.Arn),
    ...refer('made_from', record.ImageId, (id) => regionalArn(scope, 'ec2', `image/${id}`)),
  ],
  volatile: [],
});

/** All its addresses, secondary ones too: what answers there runs on this instance. */
function addressKeys({ NetworkInterfaces }: Ec2InstanceRecord): string[] {
  return NetworkInterfaces.flatMap(({ VpcId, PrivateIpAddresses, Ipv6Addresses }) => [
    ...PrivateIpAddresses.flatMap(({ PrivateIpAddress, Association }) => [
      ...(VpcId ? [privateIpKey(VpcId, PrivateIpAddress)] : []),
      ...(Association?.PublicIp ? [publicIpKey(Association.PublicIp)] : []),
    ]),
    ...Ipv6Addresses.map(({ Ipv6Address }) => publicIpKey(Ipv6Address)),
  ]);
}
