import type { Scope } from '../../model/scope.ts';
import type { Metadata } from './fields.ts';
import { namedKey, objectKey } from './keys.ts';

/** A Job of a CronJob ends in the minute that it was scheduled for. */
const SCHEDULED_NAME = /^(.+)-(\d{8})$/;
/** Kubernetes starts no Job that is later than this many missed schedules allow; a day is plenty. */
const SCHEDULED_WITHIN_MINUTES = 24 * 60;

interface TopController {
  key: string;
  /** `Deployment/web`, for an attribute. */
  name: string;
}

/**
 * What a pod is managed by in the end; null for one that somebody made by hand.
 *
 * A pod names only its next owner. That a ReplicaSet is a Deployment's shows in its name, which is
 * the Deployment's and the hash that the pod has as a label; that a Job is a CronJob's in the
 * minute at its end, which is about when the pod was made. Both are the controllers' own spelling
 * (`pkg/controller/deployment/sync.go`, `pkg/controller/cronjob/utils.go`): nothing is listed to
 * find it out.
 */
export function topController(meta: Metadata, scope: Scope): TopController | null {
  const owner = meta.ownerReferences.find(({ controller }) => controller) ?? null;
  if (owner === null || meta.namespace === null) return null;
  const { namespace, labels } = meta;
  const hash = labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`)) {
    const name = owner.name.slice(0, -hash.length - 1);
    return {
      key: objectKey(scope, 'Deployment', namespace, name),
      name: `Deployment/${name}`,
    };
  }
  const cronJob = owner.kind === 'Job' ? scheduledBy(owner.name, meta.creationTimestamp) : null;
  if (cronJob !== null) {
    return {
      key: objectKey(scope, 'CronJob', namespace, cronJob),
      name: `CronJob/${cronJob}`,
    };
  }
  return { key: namedKey(scope, namespace, owner), name: `${owner.kind}/${owner.name}` };
}

function scheduledBy(job: string, createdAt: string | null): string | null {
  const [, name, minutes] = SCHEDULED_NAME.exec(job) ?? [];
  if (name === undefined || createdAt === null) return null;
  const sinceSchedule = Date.parse(createdAt) / 60_000 - Number(minutes);
  return sinceSchedule > -1 && sinceSchedule < SCHEDULED_WITHIN_MINUTES ? name : null;
}
