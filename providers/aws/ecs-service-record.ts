import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import { count, flag, instant, listOf, text } from './fields.ts';
import { ecsTags } from './tags.ts';
import { taskDefinitionSchema } from './task-definitions.ts';

/** What is read of an ECS service; its events, which are prose, are not. */
export const ecsServiceSchema = z.object({
  serviceArn: z.string(),
  serviceName: z.string(),
  clusterArn: z.string(),
  status: text,
  desiredCount: count,
  runningCount: count,
  pendingCount: count,
  launchType: text,
  capacityProviderStrategy: listOf(z.object({ capacityProvider: text })),
  platformVersion: text,
  platformFamily: text,
  schedulingStrategy: text,
  taskDefinition: text,
  loadBalancers: listOf(
    z.object({
      targetGroupArn: text,
      loadBalancerName: text,
      containerName: text,
      containerPort: count,
    }),
  ),
  serviceRegistries: listOf(z.object({ registryArn: text })),
  networkConfiguration: z
    .object({
      awsvpcConfiguration: z
        .object({
          subnets: listOf(z.string()),
          securityGroups: listOf(z.string()),
          assignPublicIp: text,
        })
        .nullish(),
    })
    .nullish(),
  deploymentController: z.object({ type: text }).nullish(),
  deploymentConfiguration: z
    .object({
      minimumHealthyPercent: count,
      maximumPercent: count,
      deploymentCircuitBreaker: z.object({ enable: flag, rollback: flag }).nullish(),
    })
    .nullish(),
  deployments: listOf(z.object({ status: text, rolloutState: text })),
  enableExecuteCommand: flag,
  createdAt: instant,
  tags: ecsTags,
  /** Null where it may not be read, or another controller keeps it. */
  Definition: taskDefinitionSchema.nullish(),
  VpcId: text,
  DeniedReads: z.array(z.string()),
});
export type EcsServiceRecord = z.infer<typeof ecsServiceSchema>;

/**
 * Every status of a service, and what its tasks say: one that is to have tasks, and has none and
 * none on the way, serves nobody. Source: `Service` in the ECS API reference.
 */
export function ecsServiceStatus(record: EcsServiceRecord): CiStatus {
  if (record.status === 'INACTIVE') return 'retired';
  if (record.status === 'DRAINING') return 'under_maintenance';
  if (record.schedulingStrategy === 'REPLICA' && record.desiredCount === 0) return 'inactive';
  const isEmpty = record.runningCount === 0 && record.pendingCount === 0;
  return isEmpty && (record.desiredCount ?? 0) > 0 ? 'failed' : 'active';
}

/** How the newest deployment goes: `COMPLETED`, `IN_PROGRESS`, `FAILED`. */
export function rolloutState({ deployments }: EcsServiceRecord): string | null {
  return deployments.find(({ status }) => status === 'PRIMARY')?.rolloutState ?? null;
}
