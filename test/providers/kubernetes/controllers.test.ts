import { expect, test } from '@jest/globals';
import { topController } from '../../../providers/kubernetes/controllers.ts';
import { metadata } from '../../../providers/kubernetes/fields.ts';
import { CLUSTER_UID, SCOPE } from './replay.ts';

const MADE_AT = '2026-03-01T03:17:04Z';
/** The minute that CronJobs count by, since 1970. */
const SCHEDULED = Date.parse('2026-03-01T03:17:00Z') / 60_000;

function controllerOf(
  owner: { apiVersion?: string; kind: string; name: string; controller?: boolean },
  labels: Record<string, string> = {},
): string | null {
  const meta = metadata.parse({
    name: 'pod',
    namespace: 'shop',
    creationTimestamp: MADE_AT,
    labels,
    ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...owner }],
  });
  return topController(meta, SCOPE)?.key.replace(`k8s:${CLUSTER_UID}/`, '') ?? null;
}

test.each([
  ['a Deployment', { kind: 'ReplicaSet', name: 'web-7d4b9c' }, 'Deployment/shop/web'],
  ['a ReplicaSet of its own', { kind: 'ReplicaSet', name: 'web-blue' }, 'ReplicaSet/shop/web-blue'],
  ['a StatefulSet', { kind: 'StatefulSet', name: 'db' }, 'StatefulSet/shop/db'],
  ['a CronJob', { kind: 'Job', name: `clean-${SCHEDULED}` }, 'CronJob/shop/clean'],
  [
    'a CronJob that started late',
    { kind: 'Job', name: `clean-${SCHEDULED - 600}` },
    'CronJob/shop/clean',
  ],
  [
    'a Job named like one of long ago',
    { kind: 'Job', name: 'clean-20240101' },
    'Job/shop/clean-20240101',
  ],
  ['a Job', { kind: 'Job', name: 'import' }, 'Job/shop/import'],
  [
    'what another group calls so',
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' },
    'Rollout.argoproj.io/shop/web',
  ],
  [
    'nobody, where the owner controls nothing',
    { kind: 'Node', name: 'n', controller: false },
    null,
  ],
])('a pod is managed by %s', (_, owner, key) =>
  expect(controllerOf(owner, { 'pod-template-hash': '7d4b9c' })).toBe(key),
);

test('a ReplicaSet that has a hash in its name, but is not of the pod’s, is its own', () => {
  expect(controllerOf({ kind: 'ReplicaSet', name: 'web-7d4b9c' })).toBe(
    'ReplicaSet/shop/web-7d4b9c',
  );
});
