import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { described, listOf, metadata, namespacedId } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { labelSelector, peerRules, shownRule, shownSelector } from '../policy-rules.ts';
import { IN_NAMESPACE, inNamespace } from '../refer.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_network_policy',
  provider: 'kubernetes',
  ci_types: ['firewall'],
  summary: 'A NetworkPolicy: which pods of its namespace it isolates, and what it lets through.',
  permissions: ['networking.k8s.io/networkpolicies:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/networking.k8s.io/v1/networkpolicies', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      podSelector: labelSelector,
      policyTypes: listOf(z.string()),
      ingress: listOf(peerRules('from')),
      egress: listOf(peerRules('to')),
    }),
  }),
  nativeId: (record, scope) => namespacedId('NetworkPolicy', record, scope),

  toItem: ({ metadata: meta, spec }, scope) => ({
    ci_type: 'firewall',
    ...described(meta, scope),
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      pods: shownSelector(spec.podSelector),
      directions: spec.policyTypes.map((type) => type.toLowerCase()).sort(),
      ingress: spec.ingress.map(shownRule),
      egress: spec.egress.map(shownRule),
    },
  }),

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'NetworkPolicy', namespace, name)],
  // A firewall does not fail. Its pods are told by its selector: a relation to each of them would
  // be policies times pods.
  relations: {
    in_namespace: { ...IN_NAMESPACE.in_namespace, spread: 'none' },
  },
  references: ({ metadata: meta }, scope) => inNamespace(meta, scope),
  volatile: [],
});
