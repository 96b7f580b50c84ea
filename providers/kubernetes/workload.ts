import { z } from 'zod';
import type { Reference, RelationDeclaration } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { described, type Metadata } from './fields.ts';
import { objectKey } from './keys.ts';
import { hostsOf, imagesOf, type PodSpec, resourceAttributes } from './pod-spec.ts';
import { IN_NAMESPACE, inNamespace, TALKS_TO, talksTo } from './refer.ts';

/** The recommended labels that say which application something is part of, the wider one first. */
const APPLICATION_LABELS = ['app.kubernetes.io/part-of', 'app.kubernetes.io/name'];

/** The application that an object's labels name; null where they name none. */
export function applicationOf(labels: Readonly<Record<string, string>>): string | null {
  const named = APPLICATION_LABELS.map((label) => labels[label]).find((value) => value);
  return named ?? null;
}

/** The relations of everything that makes pods from a template. */
export const WORKLOAD_RELATIONS = {
  // Without one of its parts an application is not whole.
  in_application: { type: 'part_of', target: 'kubernetes_application', spread: 'reverse' },
  ...IN_NAMESPACE,
  ...TALKS_TO,
} as const satisfies Record<string, RelationDeclaration>;

export function workloadReferences(
  meta: Metadata,
  template: PodSpec,
  scope: Scope,
): Reference<keyof typeof WORKLOAD_RELATIONS>[] {
  const { namespace } = meta;
  const application = applicationOf(meta.labels);
  return [
    ...(application !== null && namespace !== null
      ? [
          {
            relation: 'in_application' as const,
            key: objectKey(scope, 'Application', namespace, application),
          },
        ]
      : []),
    ...inNamespace(meta, scope),
    ...talksTo(hostsOf(template), namespace, scope),
  ];
}

/** The fields that all workloads have, with what their pods are made of. */
export function describedWorkload(meta: Metadata, template: PodSpec, scope: Scope) {
  return {
    ci_type: 'microservice' as const,
    ...described(meta, scope),
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      application: applicationOf(meta.labels),
      images: imagesOf(template),
      service_account: template.serviceAccountName,
      ...resourceAttributes(template.containers),
    },
  };
}

/** How many replicas a workload wants; the API's default is one. */
export const replicas = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 1);

/** A number that the status leaves out where it is zero. */
export const tally = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);
