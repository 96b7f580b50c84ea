import { isIP } from 'node:net';
import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import type { UNHEALTHY } from '../../model/failure-effects.ts';
import type { JsonObject } from '../../model/resource-type.ts';
import { parseArn } from './arn.ts';
import { count, text } from './fields.ts';
import { idKey, privateIpKey, publicIpKey } from './keys.ts';

/** A member of a target group, and what its health checks say. */
export const targetHealth = z.object({
  Target: z.object({ Id: z.string(), Port: count, AvailabilityZone: text }),
  TargetHealth: z.object({ State: text, Reason: text }).nullish(),
});
export type TargetHealth = z.infer<typeof targetHealth>;

/** What a relationship to a member says of it, in the same words for every kind of balancer. */
export type MemberHealth = 'healthy' | typeof UNHEALTHY | 'unknown';

/**
 * Every state of ELBv2's `TargetHealthStateEnum`: `initial` is one that was just registered,
 * `unavailable` one that is not checked, `unused` a stopped instance or a zone that is not enabled.
 */
const HEALTH: Readonly<Record<string, MemberHealth>> = {
  healthy: 'healthy',
  initial: 'unknown',
  unavailable: 'unknown',
  unhealthy: 'unhealthy',
  'unhealthy.draining': 'unhealthy',
  draining: 'unhealthy',
  unused: 'unhealthy',
};

function healthOf({ TargetHealth }: TargetHealth): MemberHealth {
  return HEALTH[TargetHealth?.State ?? ''] ?? 'unknown';
}

/**
 * The status of a target group.
 *
 * @param targets null where their health may not be read
 */
export function targetGroupStatus(
  targets: readonly TargetHealth[] | null,
  loadBalancerCount: number,
): CiStatus {
  if (loadBalancerCount === 0) return 'inactive';
  if (targets === null) return 'active';
  if (targets.length === 0) return 'inactive';
  return targets.every((target) => healthOf(target) === 'unhealthy') ? 'failed' : 'active';
}

/** How many targets have this health. */
export function countTargets(targets: readonly TargetHealth[], health: MemberHealth): number {
  return targets.filter((target) => healthOf(target) === health).length;
}

/** The zone of a target that is not in the VPC: reached over a peering, a VPN. */
const OUTSIDE_VPC = 'all';

/** The key that a target announces, or null where the record does not tell in which network it is. */
export function targetKey(
  targetType: string | null,
  { Id, AvailabilityZone }: TargetHealth['Target'],
  vpcId: string | null,
): string | null {
  if (targetType === 'lambda') return functionArn(Id);
  if (targetType === 'alb') return Id;
  if (targetType !== 'ip') return idKey(Id);
  if (isIP(Id) === 6) return publicIpKey(Id);
  return vpcId && AvailabilityZone !== OUTSIDE_VPC ? privateIpKey(vpcId, Id) : null;
}

/** The ARN of a function without the version or alias behind it, which is how it is known. */
function functionArn(arn: string): string {
  const [kind, name, qualifier] = (parseArn(arn)?.resource ?? '').split(':');
  return kind === 'function' && name && qualifier ? arn.slice(0, -qualifier.length - 1) : arn;
}

/** What a relationship to a target tells of it. */
export function targetAttributes(target: TargetHealth): JsonObject {
  return {
    port: target.Target.Port,
    health: healthOf(target),
    state: target.TargetHealth?.State ?? null,
    reason: target.TargetHealth?.Reason ?? null,
  };
}
