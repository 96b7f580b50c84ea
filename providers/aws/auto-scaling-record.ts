import { z } from 'zod';
import { count, flag, instant, listOf, text } from './fields.ts';
import { tagList } from './tags.ts';

const launchTemplate = z.object({ LaunchTemplateId: text, Version: text }).nullish();

/** What is read of an auto-scaling group. */
export const autoScalingGroupSchema = z.object({
  AutoScalingGroupARN: z.string(),
  AutoScalingGroupName: z.string(),
  Status: text,
  MinSize: count,
  MaxSize: count,
  DesiredCapacity: count,
  DesiredCapacityType: text,
  WarmPoolSize: count,
  DefaultCooldown: count,
  AvailabilityZones: listOf(z.string()),
  VPCZoneIdentifier: text,
  LaunchConfigurationName: text,
  LaunchTemplate: launchTemplate,
  MixedInstancesPolicy: z
    .object({
      LaunchTemplate: z
        .object({
          LaunchTemplateSpecification: launchTemplate,
          Overrides: listOf(
            z.object({ InstanceType: text, LaunchTemplateSpecification: launchTemplate }),
          ),
        })
        .nullish(),
      InstancesDistribution: z
        .object({ OnDemandBaseCapacity: count, OnDemandPercentageAboveBaseCapacity: count })
        .nullish(),
    })
    .nullish(),
  LoadBalancerNames: listOf(z.string()),
  TargetGroupARNs: listOf(z.string()),
  HealthCheckType: text,
  HealthCheckGracePeriod: count,
  Instances: listOf(z.object({ InstanceId: z.string(), HealthStatus: text, LifecycleState: text })),
  CreatedTime: instant,
  SuspendedProcesses: listOf(z.object({ ProcessName: text })),
  // In the order in which they are tried.
  TerminationPolicies: listOf(z.string()),
  NewInstancesProtectedFromScaleIn: flag,
  ServiceLinkedRoleARN: text,
  MaxInstanceLifetime: count,
  CapacityRebalance: flag,
  Tags: tagList,
});
export type AutoScalingGroupRecord = z.infer<typeof autoScalingGroupSchema>;
