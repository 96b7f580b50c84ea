import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import {
  conditionOf,
  conditions,
  described,
  listOf,
  metadata,
  namespacedId,
  text,
} from '../fields.ts';
import { objectKey } from '../keys.ts';
import { IN_NAMESPACE, inNamespace } from '../refer.ts';

/** What a reference means where it says no kind or group. See the Gateway API's reference. */
const backendRef = z.object({ group: text, kind: text, name: z.string(), namespace: text });

export const resourceType = defineResourceType({
  name: 'kubernetes_http_route',
  provider: 'kubernetes',
  ci_types: ['api'],
  summary:
    'An HTTPRoute of the Gateway API, where that is installed, with the Services it leads to.',
  permissions: ['gateway.networking.k8s.io/httproutes:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/gateway.networking.k8s.io/v1/httproutes', pageToken, signal, {
      may_be_unknown: true,
    }),

  record: z.object({
    metadata,
    spec: z.object({
      hostnames: listOf(z.string()),
      parentRefs: listOf(z.object({ name: z.string(), namespace: text })),
      rules: listOf(z.object({ backendRefs: listOf(backendRef) })),
    }),
    status: z.object({ parents: listOf(z.object({ conditions })) }).nullish(),
  }),
  nativeId: (record, scope) => namespacedId('HTTPRoute', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const accepted = (status?.parents ?? []).map((parent) =>
      conditionOf(parent.conditions, 'Accepted'),
    );
    const hosts = [...new Set(spec.hostnames)].sort();
    const isRefused = accepted.length > 0 && accepted.every((verdict) => verdict === 'False');
    return {
      ci_type: 'api',
      ...described(meta, scope),
      // No gateway serves it until one has accepted it.
      status: accepted.includes('True') ? 'active' : isRefused ? 'failed' : 'planned',
      fqdn: hosts.length === 1 ? (hosts[0] ?? null) : null,
      attributes: {
        namespace: meta.namespace,
        created_at: meta.creationTimestamp,
        hosts,
        gateways: spec.parentRefs
          .map(({ name, namespace }) => `${namespace ?? meta.namespace}/${name}`)
          .sort(),
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'HTTPRoute', namespace, name)],

  relations: {
    ...IN_NAMESPACE,
    // Weights share traffic out; the share of one that is lost is lost.
    leads_to: { type: 'depends_on', target: 'kubernetes_service', spread: 'forward' },
  },
  references({ metadata: meta, spec }, scope) {
    const services = spec.rules
      .flatMap(({ backendRefs }) => backendRefs)
      .filter(({ group, kind }) => group === null && (kind === null || kind === 'Service'))
      .flatMap(({ name, namespace }) => {
        const itsNamespace = namespace ?? meta.namespace;
        return itsNamespace === null ? [] : [objectKey(scope, 'Service', itsNamespace, name)];
      });
    return [
      ...inNamespace(meta, scope),
      ...[...new Set(services)].map((key) => ({ relation: 'leads_to' as const, key })),
    ];
  },
  volatile: [],
});
