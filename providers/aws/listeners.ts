import { z } from 'zod';
import type { JsonObject } from '../../model/resource-type.ts';
import { count, listOf, text } from './fields.ts';

/**
 * A listener of an ELBv2 load balancer. Its actions are read only as far as they forward: those that
 * authenticate hold the client's secret.
 */
export const listener = z.object({
  Port: count,
  Protocol: text,
  SslPolicy: text,
  DefaultActions: listOf(
    z.object({
      Type: text,
      TargetGroupArn: text,
      ForwardConfig: z
        .object({ TargetGroups: listOf(z.object({ TargetGroupArn: text })) })
        .nullish(),
    }),
  ),
});
type Listener = z.infer<typeof listener>;

/** The listeners for an attribute, by port. */
export function shownListeners(listeners: readonly Listener[]): JsonObject[] {
  return listeners
    .map((one) => ({
      port: one.Port,
      protocol: one.Protocol,
      ssl_policy: one.SslPolicy,
      // In the order in which they are done, e.g. first authenticate, then forward.
      default_actions: one.DefaultActions.flatMap(({ Type }) => Type ?? []),
      default_target_group_arns: targetGroupsOf(one),
    }))
    .sort(
      (a, b) => (a.port ?? 0) - (b.port ?? 0) || ((a.protocol ?? '') < (b.protocol ?? '') ? -1 : 1),
    );
}

/** A group alone stands in the action itself, several in its configuration, one often in both. */
function targetGroupsOf({ DefaultActions }: Listener): string[] {
  const arns = DefaultActions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    ...(TargetGroupArn ? [TargetGroupArn] : []),
    ...(ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []),
  ]);
  return [...new Set(arns)].sort();
}
