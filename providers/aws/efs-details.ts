import {
  DescribeAccessPointsCommand,
  DescribeMountTargetSecurityGroupsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  type MountTargetDescription,
} from '@aws-sdk/client-efs';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

const MOUNT_TARGETS_A_PAGE = 100;
const ACCESS_POINTS_A_PAGE = 1_000;

/** The mount targets of a file system, each with its security groups; null where it is gone. */
export function mountTargetsOf(
  aws: AwsClient,
  fileSystemId: string,
  signal: AbortSignal,
): Promise<Detail<MountTargetDescription[]>> {
  return readDetail('elasticfilesystem:DescribeMountTargets', async () => {
    const targets: MountTargetDescription[] = [];
    let marker: string | undefined;
    do {
      const command = new DescribeMountTargetsCommand({
        FileSystemId: fileSystemId,
        MaxItems: MOUNT_TARGETS_A_PAGE,
        Marker: marker,
      });
      const page = await aws.service(EFSClient).send(command, { abortSignal: signal });
      targets.push(...(page.MountTargets ?? []));
      marker = page.NextMarker || undefined;
    } while (marker);
    return targets;
  }, ['FileSystemNotFound']);
}

export async function mountTargetGroups(
  aws: AwsClient,
  MountTargetId: string | undefined,
  signal: AbortSignal,
): Promise<Detail<string[]>> {
  return readDetail(
    'elasticfilesystem:DescribeMountTargetSecurityGroups',
    async () => {
      const command = new DescribeMountTargetSecurityGroupsCommand({ MountTargetId });
      const answer = await aws.service(EFSClient).send(command, { abortSignal: signal });
      return answer.SecurityGroups ?? [];
    },
    // The second: it is being made or deleted.
    ['MountTargetNotFound', 'IncorrectMountTargetState'],
  );
}

/** The ARNs of the access points of every file system of the region, by the file system's id. */
export function accessPointsByFileSystem(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, string[]>>> {
  return aws.memo('access points', () =>
    readDetail('elasticfilesystem:DescribeAccessPoints', async () => {
      const arns = new Map<string, string[]>();
      let token: string | undefined;
      do {
        const command = new DescribeAccessPointsCommand({
          MaxResults: ACCESS_POINTS_A_PAGE,
          NextToken: token,
        });
        const page = await aws.service(EFSClient).send(command, { abortSignal: signal });
        for (const { FileSystemId, AccessPointArn } of page.AccessPoints ?? []) {
          if (!FileSystemId || !AccessPointArn) continue;
          arns.set(FileSystemId, [...(arns.get(FileSystemId) ?? []), AccessPointArn]);
        }
        token = page.NextToken || undefined;
      } while (token);
      return arns;
    }),
  );
}
