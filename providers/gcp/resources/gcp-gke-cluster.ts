import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt, texts, word } from '../fields.ts';
import { clusterName } from '../gke-names.ts';
import { dnsKey, privateIpKey, projectKey, publicIpKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { locationPage } from '../pages.ts';
import { refer, referByKey } from '../refer.ts';
import { pathOf, placeOfLocation } from '../resource-name.ts';

/** Every status of a cluster; `DEGRADED` is one that runs and needs help. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PROVISIONING: 'planned',
  RUNNING: 'active',
  RECONCILING: 'under_maintenance',
  STOPPING: 'under_maintenance',
  DEGRADED: 'failed',
  ERROR: 'failed',
};

const components = z
  .object({ componentConfig: z.object({ enableComponents: texts }).nullish() })
  .nullish();

export const resourceType = defineResourceType({
  name: 'gcp_gke_cluster',
  provider: 'gcp',
  ci_types: ['kubernetes_cluster'],
  summary: 'A GKE cluster, zonal or regional; what runs in it is the Kubernetes provider’s.',
  permissions: ['container.clusters.list'],
  level: 'account',

  listPage: (gcp: GcpClient, _pageToken, signal) =>
    locationPage(
      gcp,
      {
        library: 'container',
        service: 'ClusterManagerClient',
        method: 'listClusters',
        collection: 'clusters',
      },
      '-',
      null,
      signal,
    ),

  // Its `masterAuth` has keys, which are not read.
  record: z.object({
    id: text,
    name: z.string(),
    location: z.string(),
    locations: texts,
    status: word,
    statusMessage: text,
    currentMasterVersion: text,
    currentNodeVersion: text,
    currentNodeCount: count,
    endpoint: text,
    network: text,
    networkConfig: z.object({ network: text, subnetwork: text, datapathProvider: word }).nullish(),
    networkPolicy: z.object({ enabled: flag, provider: word }).nullish(),
    clusterIpv4Cidr: text,
    servicesIpv4Cidr: text,
    privateClusterConfig: z
      .object({ enablePrivateNodes: flag, privateEndpoint: text, publicEndpoint: text })
      .nullish(),
    controlPlaneEndpointsConfig: z
      .object({ dnsEndpointConfig: z.object({ endpoint: text }).nullish() })
      .nullish(),
    releaseChannel: z.object({ channel: word }).nullish(),
    autopilot: z.object({ enabled: flag }).nullish(),
    autoscaling: z.object({ enableNodeAutoprovisioning: flag }).nullish(),
    nodePools: listOf(z.object({ name: text, autoscaling: z.object({ enabled: flag }).nullish() })),
    loggingConfig: components,
    monitoringConfig: components,
    workloadIdentityConfig: z.object({ workloadPool: text }).nullish(),
    databaseEncryption: z.object({ state: word, keyName: text }).nullish(),
    createTime: instant,
    resourceLabels: labelMap,
  }),

  nativeId: (record, scope) =>
    clusterName(scope.account, textAt(record, 'location'), textAt(record, 'name')),

  toItem: (record, scope) => ({
    ci_type: 'kubernetes_cluster',
    name: record.name,
    display_name: record.name,
    status: STATUSES[record.status ?? ''] ?? 'active',
    ...placeOfLocation(record.location),
    external_id: clusterName(scope.account, record.location, record.name),
    ip_address: record.endpoint,
    fqdn: record.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint ?? null,
    ...described(record.resourceLabels, [record.name, scope.account]),
    k8s_version: record.currentMasterVersion,
    cluster_endpoint: record.endpoint && `https://${record.endpoint}`,
    node_count: record.currentNodeCount ?? 0,
    worker_count: record.currentNodeCount ?? 0,
    network_plugin: networkPlugin(record),
    service_cidr: record.servicesIpv4Cidr,
    pod_cidr: record.clusterIpv4Cidr,
    autoscaling_enabled:
      record.autopilot?.enabled === true ||
      record.autoscaling?.enableNodeAutoprovisioning === true ||
      record.nodePools.some(({ autoscaling }) => autoscaling?.enabled === true),
    monitoring_enabled: hasComponents(record.monitoringConfig),
    logging_enabled: hasComponents(record.loggingConfig),
    attributes: {
      cluster_id: record.id,
      location: record.location,
      node_locations: record.locations,
      status: record.status,
      status_message: record.statusMessage,
      node_version: record.currentNodeVersion,
      network: pathOf(record.networkConfig?.network) ?? record.network,
      subnetwork: pathOf(record.networkConfig?.subnetwork),
      private_nodes: record.privateClusterConfig?.enablePrivateNodes ?? false,
      private_endpoint: record.privateClusterConfig?.privateEndpoint ?? null,
      release_channel: record.releaseChannel?.channel?.toLowerCase() ?? null,
      autopilot: record.autopilot?.enabled ?? false,
      workload_pool: record.workloadIdentityConfig?.workloadPool ?? null,
      database_encryption_key: record.databaseEncryption?.keyName ?? null,
      creation_time: record.createTime,
    },
  }),

  keys(record, scope) {
    const { endpoint, privateClusterConfig } = record;
    const network = record.networkConfig?.network;
    const privateEndpoint = privateClusterConfig?.privateEndpoint;
    const host = record.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint;
    return [
      clusterName(scope.account, record.location, record.name) ?? '',
      // Where only the private one is open, `endpoint` repeats it.
      ...(endpoint && endpoint !== privateEndpoint ? [publicIpKey(endpoint)] : []),
      ...(network && privateEndpoint ? [privateIpKey(network, privateEndpoint)] : []),
      ...(host ? [dnsKey(host)] : []),
    ];
  },

  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    in_project: { type: 'part_of', target: 'gcp_project', spread: 'forward' },
  },
  references: ({ networkConfig }, scope) => [
    ...refer('in_network', networkConfig?.network),
    ...refer('in_subnet', networkConfig?.subnetwork),
    ...referByKey('in_project', projectKey(scope.account)),
  ],
  volatile: ['node_count', 'worker_count'],
});

/** Dataplane V2 is Cilium; Calico comes with network policies; else it is kubenet or VPC-native. */
function networkPlugin(record: {
  networkConfig?: { datapathProvider: string | null } | null | undefined;
  networkPolicy?: { enabled: boolean | null; provider: string | null } | null | undefined;
}): string | null {
  if (record.networkConfig?.datapathProvider === 'ADVANCED_DATAPATH') return 'cilium';
  const { enabled, provider } = record.networkPolicy ?? {};
  return enabled && provider ? provider.toLowerCase() : null;
}

function hasComponents(config: z.infer<typeof components>): boolean {
  return (config?.componentConfig?.enableComponents.length ?? 0) > 0;
}
