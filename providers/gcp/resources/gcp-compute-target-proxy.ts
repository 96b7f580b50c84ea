import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { flag, instant, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage, globalPage, pageOfParts } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, lastPart, partOf, pathOf, placeOf } from '../resource-name.ts';

/** The kinds of proxies, by what their URLs call them. Only some of them have regional ones. */
const KINDS = {
  targetHttpProxies: { service: 'TargetHttpProxiesClient', is_aggregated: true },
  targetHttpsProxies: { service: 'TargetHttpsProxiesClient', is_aggregated: true },
  targetTcpProxies: { service: 'TargetTcpProxiesClient', is_aggregated: true },
  targetSslProxies: { service: 'TargetSslProxiesClient', is_aggregated: false },
  targetGrpcProxies: { service: 'TargetGrpcProxiesClient', is_aggregated: false },
} as const;
type Kind = keyof typeof KINDS;

export const resourceType = defineResourceType({
  name: 'gcp_compute_target_proxy',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'The proxy behind a forwarding rule: HTTP, HTTPS, TCP, SSL or gRPC.',
  permissions: [
    'compute.targetGrpcProxies.list',
    'compute.targetHttpProxies.list',
    'compute.targetHttpsProxies.list',
    'compute.targetSslProxies.list',
    'compute.targetTcpProxies.list',
    'compute.regionTargetHttpProxies.list',
    'compute.regionTargetHttpsProxies.list',
    'compute.regionTargetTcpProxies.list',
  ],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    pageOfParts(Object.keys(KINDS), pageToken, (kind, token) => {
      const { service, is_aggregated } = KINDS[kind as Kind];
      return is_aggregated
        ? aggregatedPage(gcp, { service, collection: kind }, token, signal)
        : globalPage(gcp, { service }, token, signal);
    }),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    urlMap: text,
    service: text,
    sslCertificates: texts,
    certificateMap: text,
    sslPolicy: text,
    quicOverride: text,
    proxyHeader: text,
    proxyBind: flag,
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'load_balancer',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      proxy_id: record.id,
      description: record.description,
      proxy_kind: kindOf(record.selfLink),
      url_map: pathOf(record.urlMap),
      backend_service: pathOf(record.service),
      ssl_certificates: record.sslCertificates.flatMap((url) => pathOf(url) ?? []),
      certificate_map: lastPart(record.certificateMap),
      ssl_policy: lastPart(record.sslPolicy),
      quic_override: record.quicOverride?.toLowerCase() ?? null,
      proxy_header: record.proxyHeader?.toLowerCase() ?? null,
      proxy_bind: record.proxyBind,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    routed_by: { type: 'depends_on', target: 'gcp_compute_url_map', spread: 'forward' },
    served_by: { type: 'depends_on', target: 'gcp_compute_backend_service', spread: 'forward' },
  },
  references: ({ urlMap, service }) => [
    ...refer('routed_by', urlMap),
    ...refer('served_by', service),
  ],
  volatile: [],
});

/** `https` of a proxy in `targetHttpsProxies`. */
function kindOf(selfLink: string): string | null {
  const path = pathOf(selfLink);
  const kind = Object.keys(KINDS).find((collection) => partOf(path, collection) !== null);
  return kind?.replace(/^target(.*)Proxies$/, '$1').toLowerCase() ?? null;
}
