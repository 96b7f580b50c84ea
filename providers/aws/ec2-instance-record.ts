import { z } from 'zod';
import { count, instant, listOf, text } from './fields.ts';
import { tagList } from './tags.ts';

const address = z.object({
  PrivateIpAddress: z.string(),
  Association: z.object({ PublicIp: text }).nullish(),
});

/** A network interface as its instance shows it. */
const networkInterface = z.object({
  NetworkInterfaceId: z.string(),
  MacAddress: text,
  SubnetId: text,
  VpcId: text,
  PrivateIpAddress: text,
  PrivateIpAddresses: listOf(address),
  Ipv6Addresses: listOf(z.object({ Ipv6Address: z.string() })),
});

/** What is read of an instance. User data is another call's, which nobody makes. */
export const ec2InstanceRecordSchema = z.object({
  InstanceId: z.string(),
  State: z.object({ Name: z.string() }),
  InstanceType: text,
  ImageId: text,
  LaunchTime: instant,
  Architecture: text,
  PlatformDetails: text,
  InstanceLifecycle: text,
  KeyName: text,
  Placement: z.object({ AvailabilityZone: text, Tenancy: text }).nullish(),
  VpcId: text,
  SubnetId: text,
  PrivateIpAddress: text,
  PrivateDnsName: text,
  PublicIpAddress: text,
  PublicDnsName: text,
  Ipv6Address: text,
  IamInstanceProfile: z.object({ Arn: text }).nullish(),
  SecurityGroups: listOf(z.object({ GroupId: z.string() })),
  BlockDeviceMappings: listOf(
    z.object({ DeviceName: text, Ebs: z.object({ VolumeId: text }).nullish() }),
  ),
  NetworkInterfaces: listOf(networkInterface),
  Tags: tagList,
  /** Of its type, from the catalogue; missing where the region does not know the type. */
  Size: z.object({ vcpus: count, memory_mib: count }).nullish(),
  DeniedReads: z.array(z.string()),
});
export type Ec2InstanceRecord = z.infer<typeof ec2InstanceRecordSchema>;
