import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Page } from '../../model/resource-type.ts';
import type { AwsClient } from './client.ts';
import { ECS_CLUSTER_GONE, ECS_PAGE_SIZE, ecsClusterArns } from './ecs-clusters.ts';
import { pageOfParents } from './pages-of-parents.ts';

/** What the pages of tasks need, whether tasks or their containers are made of them. */
export const TASK_PERMISSIONS = ['ecs:ListClusters', 'ecs:ListTasks', 'ecs:DescribeTasks'];

/**
 * One page of the tasks of all clusters: those that ECS means to run, not those that have stopped,
 * which it keeps in view for an hour.
 *
 * @param toRecords what a page's tasks are made into
 */
export async function pageOfTasks(
  aws: AwsClient,
  pageToken: string | null,
  signal: AbortSignal,
  toRecords: (tasks: readonly Task[]) => unknown[] | Promise<unknown[]>,
): Promise<Page> {
  const clusters = await ecsClusterArns(aws, signal);
  const ecs = aws.service(ECSClient);
  return pageOfParents(clusters, pageToken, ECS_CLUSTER_GONE, async (cluster, nextToken) => {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster,
        desiredStatus: 'RUNNING',
        maxResults: ECS_PAGE_SIZE,
        nextToken,
      }),
      { abortSignal: signal },
    );
    const tasks = page.taskArns ?? [];
    if (tasks.length === 0) return { records: [], next: page.nextToken };
    const described = await ecs.send(
      new DescribeTasksCommand({ cluster, tasks, include: ['TAGS'] }),
      { abortSignal: signal },
    );
    const records = await toRecords((described.tasks ?? []).map(withoutOverriddenVariables));
    return { records, next: page.nextToken };
  });
}

/** What a run overrides may be a password: of the overrides only the roles go further than here. */
function withoutOverriddenVariables({ overrides, ...task }: Task): Task {
  if (!overrides) return task;
  const { taskRoleArn, executionRoleArn } = overrides;
  return { ...task, overrides: { taskRoleArn, executionRoleArn } };
}
