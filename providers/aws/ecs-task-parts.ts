import type { CiStatus } from '../../model/enums.ts';

/** Every status of a task, and of a container. Source: "Task lifecycle" in the ECS guide. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PROVISIONING: 'planned',
  PENDING: 'planned',
  ACTIVATING: 'planned',
  RUNNING: 'active',
  DEACTIVATING: 'under_maintenance',
  STOPPING: 'under_maintenance',
  DEPROVISIONING: 'under_maintenance',
  STOPPED: 'retired',
  DELETED: 'retired',
};

/** What a task or a container is: one that runs and fails its health check does not serve. */
export function taskStatus({
  lastStatus,
  healthStatus,
}: {
  lastStatus: string | null;
  healthStatus: string | null;
}): CiStatus {
  if (lastStatus === 'RUNNING' && healthStatus === 'UNHEALTHY') return 'failed';
  return STATUSES[lastStatus ?? ''] ?? 'active';
}

/** The name of the service that started a task: `service:orders`; others have `family:orders`. */
export function serviceOf({ group }: { group: string | null }): string | null {
  return /^service:(.+)$/.exec(group ?? '')?.[1] ?? null;
}

interface Attached {
  attachments: ReadonlyArray<{
    details: ReadonlyArray<{ name: string | null; value: string | null }>;
  }>;
}

/** What is told of the network interface or the volume of a task. */
export function attachmentDetail({ attachments }: Attached, detail: string): string | null {
  for (const { details } of attachments) {
    const found = details.find(({ name }) => name === detail);
    if (found?.value) return found.value;
  }
  return null;
}
