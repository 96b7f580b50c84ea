import { z } from 'zod';
import { deriveEnvironment } from '../../../model/environment.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { managedClusterKey } from '../cloud.ts';
import { clusterRecordSchema, readCluster } from '../cluster-record.ts';
import { clusterKey } from '../keys.ts';
import { gigabytes } from '../quantity.ts';
import { placeKeys } from '../refer.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_cluster',
  provider: 'kubernetes',
  ci_types: ['kubernetes_cluster'],
  summary: 'The cluster itself: version, size, networks, and what runs in it for everybody.',
  permissions: [
    '/version:get',
    'core/namespaces:get',
    'core/nodes:list',
    'core/pods:list',
    'apps/daemonsets:list',
    'apps/deployments:list',
    'apps/statefulsets:list',
    'autoscaling/horizontalpodautoscalers:list',
    'networking.k8s.io/servicecidrs:list',
  ],
  level: 'account',
  listPage: async (client: KubernetesClient, _pageToken, signal) => ({
    records: [await readCluster(client, signal)],
    next_page_token: null,
  }),

  record: clusterRecordSchema,
  nativeId(record, scope) {
    // Its own id is its account's; a record that is none has no id all the same.
    return z.object({ uid: z.literal(scope.account) }).safeParse(record).success
      ? clusterKey(scope)
      : null;
  },

  toItem: (record, scope) => ({
    ci_type: 'kubernetes_cluster',
    name: scope.account_name ?? record.uid,
    display_name: scope.account_name ?? record.uid,
    ...deriveEnvironment({}, [scope.account_name]),
    region: record.region,
    external_id: record.uid,
    hostname: new URL(record.server).hostname,
    k8s_version: record.version,
    cluster_endpoint: record.server,
    node_count: record.nodes.count,
    master_count: record.nodes.control_plane,
    worker_count: record.nodes.count - record.nodes.control_plane,
    total_cpu_cores: Math.floor(record.nodes.cpu_cores),
    total_memory_gb: gigabytes(record.nodes.memory_bytes),
    network_plugin: record.network_plugin,
    service_cidr: record.service_cidr,
    pod_cidr: record.pod_cidr,
    autoscaling_enabled: record.autoscalers.length > 0,
    monitoring_enabled: record.monitoring.length > 0,
    logging_enabled: record.logging.length > 0,
    attributes: {
      platform: record.platform,
      autoscalers: record.autoscalers,
      monitoring: record.monitoring,
      logging: record.logging,
      denied_reads: record.denied_reads,
    },
  }),

  keys: (_record, scope) => [clusterKey(scope)],
  identities({ server }) {
    const key = managedClusterKey(server);
    return key === null ? [] : [key];
  },
  relations: {
    // A managed cluster is known to its cloud by the host name or address of its endpoint.
    hosted_by: {
      type: 'hosted_on',
      target: 'aws_eks_cluster, azure_aks_cluster or gcp_gke_cluster, by its endpoint',
      spread: 'forward',
    },
  },
  references({ server }) {
    const { hostname, pathname } = new URL(server);
    // A server below a path is a proxy to many clusters, and no cluster's own.
    if (pathname !== '/') return [];
    const isName = /[a-z]/i.test(hostname) && hostname.includes('.');
    const place = isName ? { hostname, ip: null } : { hostname: null, ip: hostname };
    return placeKeys([place]).map((key) => ({ relation: 'hosted_by', key }));
  },
  volatile: [],
});
