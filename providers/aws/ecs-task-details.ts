import type { Task } from '@aws-sdk/client-ecs';
import pLimit from 'p-limit';
import type { AwsClient } from './client.ts';
import { instancesOfTasks } from './container-instances.ts';
import { serviceOf } from './ecs-task-parts.ts';
import { type Detail, deniedReads } from './read-detail.ts';
import { vpcsOfSubnets } from './subnet-vpcs.ts';
import { taskDefinition } from './task-definitions.ts';

/** Task definitions are read one by one. */
const DEFINITIONS_AT_ONCE = 5;
const NOT_ASKED: Detail<never> = { value: null, denied: null };

/**
 * The tasks of one cluster as records: each with the machine that it runs on, and one of no
 * service with its definition, which otherwise is the service's to tell.
 */
export async function withTheirMachines(
  aws: AwsClient,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<unknown[]> {
  const instances = await instancesOfTasks(aws, tasks, signal);
  const limit = pLimit(DEFINITIONS_AT_ONCE);
  return limit.map(tasks, async (task) => {
    const isAlone = serviceOf({ group: task.group ?? null }) === null;
    const definition =
      isAlone && task.taskDefinitionArn
        ? await taskDefinition(aws, task.taskDefinitionArn, signal)
        : NOT_ASKED;
    const subnetId = subnetOf(task);
    const vpcs = isAlone && subnetId ? await vpcsOfSubnets(aws, signal) : NOT_ASKED;
    return {
      ...task,
      Ec2InstanceId: instances.value?.get(task.containerInstanceArn ?? ''),
      Definition: definition.value,
      VpcId: vpcs.value?.get(subnetId ?? ''),
      DeniedReads: deniedReads([instances, definition, vpcs]),
    };
  });
}

function subnetOf({ attachments }: Task): string | undefined {
  const details = (attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return details.find(({ name }) => name === 'subnetId')?.value;
}
