import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { oneOf, refer } from '../refer.ts';
import { computeName, lastPart, pathOf, placeOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_backend_service',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'The back end of a load balancer: the groups that serve it, one of which is enough.',
  permissions: ['compute.backendServices.list', 'compute.regionBackendServices.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(
      gcp,
      { service: 'BackendServicesClient', collection: 'backendServices' },
      pageToken,
      signal,
    ),

  // What signs its cookies and identifies it to users (`iap`, `cdnPolicy`) is not read.
  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    protocol: text,
    port: count,
    portName: text,
    loadBalancingScheme: text,
    sessionAffinity: text,
    timeoutSec: count,
    enableCDN: flag,
    network: text,
    healthChecks: texts,
    securityPolicy: text,
    backends: listOf(
      z.object({
        group: text,
        balancingMode: text,
        failover: flag,
        capacityScaler: z.number().nullish(),
      }),
    ),
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
      backend_service_id: record.id,
      description: record.description,
      protocol: record.protocol?.toLowerCase() ?? null,
      port: record.port,
      port_name: record.portName,
      scheme: record.loadBalancingScheme?.toLowerCase() ?? null,
      session_affinity: record.sessionAffinity?.toLowerCase() ?? null,
      timeout_seconds: record.timeoutSec,
      cdn: record.enableCDN,
      health_checks: record.healthChecks.flatMap((url) => pathOf(url) ?? []),
      security_policy: lastPart(record.securityPolicy),
      backends: record.backends.flatMap(({ group }) => pathOf(group) ?? []).sort(),
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    /** An instance group, or a network endpoint group. */
    has_backend: { type: 'depends_on', target: 'gcp_compute_instance_group', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_network', record.network),
    ...record.backends.flatMap(({ group, balancingMode, failover }) =>
      refer('has_backend', group, {
        ...oneOf(pathOf(record.selfLink) ?? record.selfLink),
        attributes: {
          balancing_mode: balancingMode?.toLowerCase() ?? null,
          failover: failover ?? false,
        },
      }),
    ),
  ],
  volatile: [],
});
