import { z } from 'zod';
import { deriveEnvironment } from '../../../model/environment.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { metadata } from '../fields.ts';
import { clusterObjectKey, objectKey } from '../keys.ts';
import { IN_NAMESPACE } from '../refer.ts';
import { applicationOf } from '../workload.ts';

/** Whose labels may name an application. */
const WORKLOADS = [
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/cronjobs',
  '/apis/batch/v1/jobs',
];

const labelled = z.object({ metadata });
const application = z.object({ namespace: z.string().min(1), application: z.string().min(1) });

export const resourceType = defineResourceType({
  name: 'kubernetes_application',
  provider: 'kubernetes',
  ci_types: ['application'],
  summary:
    'What workloads of a namespace say that they are part of, by their `app.kubernetes.io` labels.',
  permissions: [
    'apps/deployments:list',
    'apps/statefulsets:list',
    'apps/daemonsets:list',
    'batch/cronjobs:list',
    'batch/jobs:list',
  ],
  level: 'account',
  /** Its page token is which kind is being listed, and that listing's own token. */
  async listPage(client: KubernetesClient, pageToken, signal) {
    const [, kind = '0', token = ''] = /^(\d+) (.*)$/s.exec(pageToken ?? '') ?? [];
    const place = Number(kind);
    const path = WORKLOADS[place];
    if (path === undefined) throw new RangeError(`There is no kind ${place} of workload.`);
    const options = { metadata_only: true };
    const page = await client.list(path, token || null, signal, options);
    const next = page.next_page_token === null ? place + 1 : place;
    return {
      records: applicationsOf(page.records),
      next_page_token: next === WORKLOADS.length ? null : `${next} ${page.next_page_token ?? ''}`,
    };
  },

  record: application,
  nativeId(record, scope) {
    const read = application.safeParse(record);
    if (!read.success) return null;
    return objectKey(scope, 'Application', read.data.namespace, read.data.application);
  },

  toItem: ({ namespace, application: name }, scope) => ({
    ci_type: 'application',
    name,
    display_name: `${namespace}/${name}`,
    ...deriveEnvironment({}, [namespace, scope.account_name]),
    attributes: { namespace },
  }),

  keys: (record, scope) => [objectKey(scope, 'Application', record.namespace, record.application)],
  relations: IN_NAMESPACE,
  references: ({ namespace }, scope) => [
    { relation: 'in_namespace', key: clusterObjectKey(scope, 'Namespace', namespace) },
  ],
  volatile: [],
});

/**
 * The applications that a page of workloads names, each once. Nothing else of the workloads is in
 * them: the same application must be the same item whichever of its workloads tells of it.
 */
function applicationsOf(workloads: readonly unknown[]): unknown[] {
  const found = new Map<string, unknown>();
  for (const workload of workloads) {
    const { namespace, labels } = labelled.parse(workload).metadata;
    const name = applicationOf(labels);
    if (name !== null) found.set(`${namespace}/${name}`, { namespace, application: name });
  }
  return [...found.values()];
}
