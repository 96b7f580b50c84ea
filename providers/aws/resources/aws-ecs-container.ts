import type { Task } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { clusterNameOf } from '../ecs-clusters.ts';
import { serviceOf, taskStatus } from '../ecs-task-parts.ts';
import { pageOfTasks, TASK_PERMISSIONS } from '../ecs-tasks.ts';
import { count, listOf, text, textAt } from '../fields.ts';
import { refer } from '../refer.ts';
import { described, ecsTags } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_ecs_container',
  provider: 'aws',
  ci_types: ['container'],
  summary: 'A container of a running ECS task, with its image.',
  permissions: TASK_PERMISSIONS,
  level: 'region',

  listPage: (aws: AwsClient, pageToken, signal) =>
    pageOfTasks(aws, pageToken, signal, (tasks) => tasks.flatMap(containersOf)),

  record: z.object({
    taskArn: z.string(),
    clusterArn: z.string(),
    group: text,
    taskTags: ecsTags,
    name: z.string(),
    containerArn: text,
    image: text,
    imageDigest: text,
    runtimeId: text,
    lastStatus: text,
    healthStatus: text,
    exitCode: z.int().nullish(),
    reason: text,
    cpu: text,
    memory: text,
    memoryReservation: text,
    networkBindings: listOf(
      z.object({ hostPort: count, containerPort: count, protocol: text, bindIP: text }),
    ),
    networkInterfaces: listOf(z.object({ privateIpv4Address: text })),
  }),

  nativeId(record) {
    const [task, name] = [textAt(record, 'taskArn'), textAt(record, 'name')];
    return task && name && idOf(task, name);
  },

  toItem: (record, scope) => ({
    ci_type: 'container',
    name: record.name,
    display_name: [serviceOf(record), record.name].filter((part) => part !== null).join('/'),
    status: taskStatus(record),
    region: scope.region,
    external_id: record.containerArn,
    ip_address: record.networkInterfaces[0]?.privateIpv4Address ?? null,
    ...described(record.taskTags, [serviceOf(record), clusterNameOf(record.clusterArn)]),
    attributes: {
      cluster: clusterNameOf(record.clusterArn),
      service: serviceOf(record),
      task: record.taskArn,
      image: record.image,
      image_digest: record.imageDigest,
      runtime_id: record.runtimeId,
      // 1024 units are a CPU; none is a share of what is left.
      cpu_units: numberOf(record.cpu),
      memory_mb: numberOf(record.memory),
      memory_reservation_mb: numberOf(record.memoryReservation),
      ports: record.networkBindings
        .map(
          ({ bindIP, hostPort, containerPort, protocol }) =>
            `${bindIP ?? ''}:${hostPort ?? ''}->${containerPort ?? ''}/${protocol ?? 'tcp'}`,
        )
        .sort(),
      exit_code: record.exitCode ?? null,
      reason: record.reason,
      state: record.lastStatus,
      health_status: record.healthStatus,
    },
  }),

  keys: ({ taskArn, name, containerArn }) => [
    idOf(taskArn, name),
    ...(containerArn ? [containerArn] : []),
  ],

  relations: {
    // A task stops with the first container that it cannot do without, and most are such.
    in_task: { type: 'part_of', target: 'aws_ecs_task', spread: 'reverse' },
  },
  references: ({ taskArn }) => refer('in_task', taskArn),
  volatile: [],
});

/** Each container with what it has of its task. */
function containersOf({ taskArn, clusterArn, group, tags, containers }: Task): unknown[] {
  return (containers ?? []).map((one) => ({ ...one, taskArn, clusterArn, group, taskTags: tags }));
}

/** A container that waits for its image has no ARN yet; in its task no other has its name. */
function idOf(taskArn: string, name: string): string {
  return `${taskArn}/${name}`;
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
