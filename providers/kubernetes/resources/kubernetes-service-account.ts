import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { described, flag, metadata, namespacedId, text } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { IN_NAMESPACE, inNamespace } from '../refer.ts';

/** The annotations by which the clouds lend a role to a service account; no other one is read. */
const annotations = z.object({
  'eks.amazonaws.com/role-arn': text,
  'iam.gke.io/gcp-service-account': text,
  'azure.workload.identity/client-id': text,
});

export const resourceType = defineResourceType({
  name: 'kubernetes_service_account',
  provider: 'kubernetes',
  ci_types: ['service_account'],
  summary: 'A ServiceAccount with the role of a cloud that it is lent.',
  permissions: ['core/serviceaccounts:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/serviceaccounts', pageToken, signal),

  record: z.object({
    metadata: metadata.extend({ annotations: annotations.nullish() }),
    automountServiceAccountToken: flag,
  }),
  nativeId: (record, scope) => namespacedId('ServiceAccount', record, scope),

  toItem: ({ metadata: meta, automountServiceAccountToken }, scope) => ({
    ci_type: 'service_account',
    ...described(meta, scope),
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      automounts_token: automountServiceAccountToken,
      aws_role_arn: meta.annotations?.['eks.amazonaws.com/role-arn'] ?? null,
      gcp_service_account: meta.annotations?.['iam.gke.io/gcp-service-account'] ?? null,
      azure_client_id: meta.annotations?.['azure.workload.identity/client-id'] ?? null,
    },
  }),

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'ServiceAccount', namespace, name)],
  relations: {
    in_namespace: { ...IN_NAMESPACE.in_namespace, spread: 'none' },
    lent_role: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
  },
  references({ metadata: meta }, scope) {
    const role = meta.annotations?.['eks.amazonaws.com/role-arn'] ?? null;
    return [
      ...inNamespace(meta, scope),
      // An ARN is a key as it stands.
      ...(role?.startsWith('arn:') ? [{ relation: 'lent_role' as const, key: role }] : []),
    ];
  },
  volatile: [],
});
