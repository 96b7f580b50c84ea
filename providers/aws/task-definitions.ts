import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import type { AwsClient } from './client.ts';
import { text } from './fields.ts';
import { namedResources, unionOf } from './named-resources.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** What is kept of a task definition: no variables, no secrets, no commands. */
export const taskDefinitionSchema = z.object({
  network_mode: text,
  cpu_units: text,
  memory_mb: text,
  architecture: text,
  os_family: text,
  task_role_arn: text,
  execution_role_arn: text,
  images: z.array(z.string()),
  /** The ids of EFS file systems among its volumes. */
  file_systems: z.array(z.string()),
  named: z.object({ hosts: z.array(z.string()), arns: z.array(z.string()) }),
});

/**
 * A task definition, each read once a slice: there is no call for several, and a revision never
 * changes.
 */
export function taskDefinition(
  aws: AwsClient,
  arn: string,
  signal: AbortSignal,
): Promise<Detail<z.input<typeof taskDefinitionSchema>>> {
  return aws.memo(`task definition ${arn}`, () =>
    readDetail(
      'ecs:DescribeTaskDefinition',
      async () => {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
        const answer = await aws.service(ECSClient).send(command, { abortSignal: signal });
        const definition = answer.taskDefinition;
        const containers = definition?.containerDefinitions ?? [];
        const fileSystems = (definition?.volumes ?? []).flatMap(
          ({ efsVolumeConfiguration }) => efsVolumeConfiguration?.fileSystemId ?? [],
        );
        const variables = containers.map(({ environment }) =>
          namedResources(
            Object.fromEntries((environment ?? []).map(({ name = '', value }) => [name, value])),
          ),
        );
        return {
          network_mode: definition?.networkMode,
          cpu_units: definition?.cpu,
          memory_mb: definition?.memory,
          architecture: definition?.runtimePlatform?.cpuArchitecture,
          os_family: definition?.runtimePlatform?.operatingSystemFamily,
          task_role_arn: definition?.taskRoleArn,
          execution_role_arn: definition?.executionRoleArn,
          images: [...new Set(containers.flatMap(({ image }) => image ?? []))].sort(),
          file_systems: [...new Set(fileSystems)].sort(),
          named: unionOf(variables),
        };
      },
      // Deleted since it was named.
      ['ClientException'],
    ),
  );
}

/** `orders:7` of `arn:aws:ecs:eu-west-1:111111111111:task-definition/orders:7`. */
export function definitionName(arn: string | null): string | null {
  return arn === null ? null : arn.slice(arn.lastIndexOf('/') + 1);
}
