import { DescribeContainerInstancesCommand, ECSClient, type Task } from '@aws-sdk/client-ecs';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/**
 * The EC2 instances that these tasks of one cluster run on, by the ARN of the container instance
 * by which a task names its machine. One call: a page's tasks run on no more machines than it
 * describes.
 */
export function instancesOfTasks(
  aws: AwsClient,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, string>>> {
  const arns = [
    ...new Set(tasks.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? [])),
  ];
  return readDetail('ecs:DescribeContainerInstances', async () => {
    const [cluster] = tasks.map(({ clusterArn }) => clusterArn);
    const instances = new Map<string, string>();
    if (arns.length === 0) return instances;
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: arns });
    const answer = await aws.service(ECSClient).send(command, { abortSignal: signal });
    for (const { containerInstanceArn, ec2InstanceId } of answer.containerInstances ?? []) {
      if (containerInstanceArn && ec2InstanceId) instances.set(containerInstanceArn, ec2InstanceId);
    }
    return instances;
  });
}
