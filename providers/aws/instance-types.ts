import { DescribeInstanceTypesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AwsClient } from './client.ts';
import { readDetail } from './read-detail.ts';

/** What AWS's catalogue says of an instance type. */
export interface InstanceTypeSize {
  vcpus: number | null;
  memory_mib: number | null;
}

export interface Catalogue {
  /** By type; a type that the region does not know is not in it. */
  sizes: ReadonlyMap<string, InstanceTypeSize>;
  /** The permission that was missing to read it. */
  denied: string | null;
}

/** Most values that one filter of EC2 takes, and most types on one page. */
const MAX_TYPES = 100;

/**
 * Looks up instance types; each is asked for once a slice.
 *
 * By filter, not by name: a name that the region does not know (any more) would fail the call.
 */
export async function instanceTypeSizes(
  aws: AwsClient,
  types: readonly string[],
  signal: AbortSignal,
): Promise<Catalogue> {
  const sizes = await aws.memo(
    'instance-type-sizes',
    async () => new Map<string, InstanceTypeSize>(),
  );
  const unknown = [...new Set(types)].filter((type) => !sizes.has(type)).sort();
  for (let start = 0; start < unknown.length; start += MAX_TYPES) {
    const wanted = unknown.slice(start, start + MAX_TYPES);
    const { denied } = await readDetail('ec2:DescribeInstanceTypes', () =>
      addSizes(aws, wanted, sizes, signal),
    );
    if (denied !== null) return { sizes, denied };
  }
  return { sizes, denied: null };
}

async function addSizes(
  aws: AwsClient,
  wanted: string[],
  sizes: Map<string, InstanceTypeSize>,
  signal: AbortSignal,
): Promise<void> {
  let token: string | undefined;
  do {
    const page = await aws.service(EC2Client).send(
      new DescribeInstanceTypesCommand({
        Filters: [{ Name: 'instance-type', Values: wanted }],
        MaxResults: MAX_TYPES,
        NextToken: token,
      }),
      { abortSignal: signal },
    );
    for (const { InstanceType, VCpuInfo, MemoryInfo } of page.InstanceTypes ?? []) {
      if (!InstanceType) continue;
      sizes.set(InstanceType, {
        vcpus: VCpuInfo?.DefaultVCpus ?? null,
        memory_mib: MemoryInfo?.SizeInMiB ?? null,
      });
    }
    token = page.NextToken;
  } while (token);
}
