import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { described, listOf, metadata, namespacedId, text } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { IN_NAMESPACE, inNamespace, placeKeys } from '../refer.ts';

const backend = z.object({ service: z.object({ name: z.string() }).nullish() }).nullish();

export const resourceType = defineResourceType({
  name: 'kubernetes_ingress',
  provider: 'kubernetes',
  ci_types: ['api'],
  summary: 'An Ingress with its hosts, and the Services that it leads to.',
  permissions: ['networking.k8s.io/ingresses:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/networking.k8s.io/v1/ingresses', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      ingressClassName: text,
      defaultBackend: backend,
      tls: listOf(z.object({ hosts: listOf(z.string()) })),
      rules: listOf(
        z.object({
          host: text,
          http: z.object({ paths: listOf(z.object({ path: text, backend })) }).nullish(),
        }),
      ),
    }),
    status: z
      .object({
        loadBalancer: z
          .object({ ingress: listOf(z.object({ hostname: text, ip: text })) })
          .nullish(),
      })
      .nullish(),
  }),
  nativeId: (record, scope) => namespacedId('Ingress', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const hosts = spec.rules.flatMap(({ host }) => host ?? []);
    const addresses = status?.loadBalancer?.ingress ?? [];
    return {
      ci_type: 'api',
      ...described(meta, scope),
      // A host name of its own, where it has just one.
      fqdn: new Set(hosts).size === 1 ? (hosts[0] ?? null) : null,
      attributes: {
        namespace: meta.namespace,
        created_at: meta.creationTimestamp,
        class: spec.ingressClassName,
        hosts: [...new Set(hosts)].sort(),
        tls_hosts: [...new Set(spec.tls.flatMap((entry) => entry.hosts))].sort(),
        paths: spec.rules
          .flatMap(({ host, http }) =>
            (http?.paths ?? []).map(({ path }) => `${host ?? '*'}${path ?? '/'}`),
          )
          .sort(),
        load_balancer: addresses.flatMap(({ hostname, ip }) => hostname ?? ip ?? []).sort(),
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'Ingress', namespace, name)],

  relations: {
    ...IN_NAMESPACE,
    // Its Services answer different paths: none of them stands in for another.
    leads_to: { type: 'depends_on', target: 'kubernetes_service', spread: 'forward' },
    behind: {
      type: 'uses',
      target: 'the load balancer of a cloud, by its address',
      spread: 'forward',
    },
  },
  references({ metadata: meta, spec, status }, scope) {
    const { namespace } = meta;
    const backends = [
      spec.defaultBackend,
      ...spec.rules.flatMap(({ http }) => (http?.paths ?? []).map((path) => path.backend)),
    ];
    const services = new Set(backends.flatMap((one) => one?.service?.name ?? []));
    return [
      ...inNamespace(meta, scope),
      ...[...services].flatMap((name) =>
        namespace === null
          ? []
          : [
              {
                relation: 'leads_to' as const,
                key: objectKey(scope, 'Service', namespace, name),
              },
            ],
      ),
      ...placeKeys(status?.loadBalancer?.ingress ?? []).map((key) => ({
        relation: 'behind' as const,
        key,
      })),
    ];
  },
  volatile: [],
});
