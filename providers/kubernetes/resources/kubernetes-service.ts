import { z } from 'zod';
import { dnsKey } from '../../../model/keys.ts';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { listedEndpoints, serviceEndpoints } from '../endpoints.ts';
import { described, listOf, metadata, namespacedId, text, texts } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { IN_NAMESPACE, inNamespace, placeKeys } from '../refer.ts';

/** The names of a page's Services go into one selector for their endpoints. */
const SERVICES_A_PAGE = 100;

export const resourceType = defineResourceType({
  name: 'kubernetes_service',
  provider: 'kubernetes',
  ci_types: ['service'],
  summary: 'A Service with the pods that its EndpointSlices name.',
  permissions: ['core/services:list', 'discovery.k8s.io/endpointslices:list'],
  level: 'account',
  async listPage(client: KubernetesClient, pageToken, signal) {
    const options = { limit: SERVICES_A_PAGE };
    const page = await client.list('/api/v1/services', pageToken, signal, options);
    return { ...page, records: await listedEndpoints(client, page.records, signal) };
  },

  record: z.object({
    metadata,
    spec: z.object({
      type: text,
      clusterIP: text,
      externalName: text,
      selector: texts,
      ports: listOf(
        z.object({ name: text, port: z.int(), protocol: text, nodePort: z.int().nullish() }),
      ),
    }),
    status: z
      .object({
        loadBalancer: z
          .object({ ingress: listOf(z.object({ hostname: text, ip: text })) })
          .nullish(),
      })
      .nullish(),
    endpoints: serviceEndpoints,
  }),
  nativeId: (record, scope) => namespacedId('Service', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const addresses = status?.loadBalancer?.ingress ?? [];
    const isWaiting = spec.type === 'LoadBalancer' && addresses.length === 0;
    return {
      ci_type: 'service',
      ...described(meta, scope),
      status: isWaiting ? 'planned' : 'active',
      // A headless Service says so in place of an address.
      ip_address: spec.clusterIP === 'None' ? null : spec.clusterIP,
      attributes: {
        namespace: meta.namespace,
        created_at: meta.creationTimestamp,
        type: spec.type,
        headless: spec.clusterIP === 'None',
        external_name: spec.externalName,
        selector: spec.selector,
        ports: spec.ports
          .map(({ name, port, protocol }) =>
            [name, `${port}/${protocol ?? 'TCP'}`].filter((part) => part !== null).join(' '),
          )
          .sort(),
        node_ports: spec.ports.flatMap(({ nodePort }) => nodePort ?? []).sort((a, b) => a - b),
        load_balancer: addresses.flatMap(({ hostname, ip }) => hostname ?? ip ?? []).sort(),
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'Service', namespace, name)],

  relations: {
    ...IN_NAMESPACE,
    // One of them that is up keeps it up.
    served_by: { type: 'depends_on', target: 'kubernetes_pod', spread: 'forward' },
    behind: {
      type: 'uses',
      target: 'the load balancer of a cloud, by its address',
      spread: 'forward',
    },
    stands_for: {
      type: 'depends_on',
      target: 'a database, cache or load balancer by its host name',
      spread: 'forward',
    },
  },
  references({ metadata: meta, spec, status, endpoints }, scope) {
    const { namespace, name } = meta;
    const references: Reference<'in_namespace' | 'served_by' | 'behind' | 'stands_for'>[] =
      inNamespace(meta, scope);
    if (namespace !== null) {
      const group = objectKey(scope, 'Service', namespace, name);
      for (const pod of endpoints) {
        const key = objectKey(scope, 'Pod', namespace, pod);
        references.push({ relation: 'served_by', key, redundancy_group: group, min_up: 1 });
      }
    }
    for (const key of placeKeys(status?.loadBalancer?.ingress ?? [])) {
      references.push({ relation: 'behind', key });
    }
    if (spec.externalName !== null) {
      references.push({ relation: 'stands_for', key: dnsKey(spec.externalName) });
    }
    return references;
  },
  volatile: [],
});
