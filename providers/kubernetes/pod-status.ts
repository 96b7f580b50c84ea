import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import { conditionOf, conditions, listOf, text } from './fields.ts';
import { type ContainerStatus, containerStatus } from './pod-spec.ts';

export const podStatus = z.object({
  phase: text,
  reason: text,
  podIP: text,
  hostIP: text,
  qosClass: text,
  startTime: text,
  conditions,
  containerStatuses: listOf(containerStatus),
  initContainerStatuses: listOf(containerStatus),
});
export type PodStatus = z.infer<typeof podStatus>;

/**
 * Reasons for which a waiting container does not come up by itself. Source: the kubelet's
 * `pkg/kubelet/images/types.go` and `pkg/kubelet/container/sync_result.go`.
 */
const STUCK_REASONS: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'PostStartHookError',
  'RunContainerError',
]);

/** Why a container is waiting and will go on to, `CrashLoopBackOff`; null where it is not. */
function stuckReason({ state }: ContainerStatus): string | null {
  const reason = state?.waiting?.reason ?? null;
  return reason !== null && STUCK_REASONS.has(reason) ? reason : null;
}

/** The reason that kubectl shows where a pod is not simply running; null where there is none. */
export function troubleOf(status: PodStatus): string | null {
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  const stuck = all.map(stuckReason).find((reason) => reason !== null);
  return stuck ?? status.reason;
}

/**
 * A pod's status, by its phases (see "Pod Lifecycle"). One that is being deleted is
 * `under_maintenance`; one that has completed, or that runs without being ready to serve, is
 * `inactive`; one that was not scheduled or started yet is `planned`.
 */
export function podCiStatus(status: PodStatus, isDeleted: boolean): CiStatus {
  if (status.phase === 'Failed' || status.phase === 'Unknown') return 'failed';
  if (status.phase === 'Succeeded') return 'inactive';
  if (isDeleted) return 'under_maintenance';
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  if (all.some((container) => stuckReason(container) !== null)) return 'failed';
  if (status.phase !== 'Running') return 'planned';
  return conditionOf(status.conditions, 'Ready') === 'False' ? 'inactive' : 'active';
}

/** A container's status, by its three states; one whose pod tells nothing of it yet is `planned`. */
export function containerCiStatus(status: ContainerStatus | null): CiStatus {
  const state = status?.state;
  if (!status || !state) return 'planned';
  if (stuckReason(status) !== null) return 'failed';
  if (state.terminated) return state.terminated.exitCode === 0 ? 'inactive' : 'failed';
  if (!state.running) return 'planned';
  return status.ready === false ? 'inactive' : 'active';
}

/** How often its containers were started again, since the pod was made. */
export function restartsOf(status: PodStatus): number {
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  return all.reduce((total, { restartCount }) => total + (restartCount ?? 0), 0);
}
