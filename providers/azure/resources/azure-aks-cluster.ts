import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { amount, count, flag, listOf, text } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';
import { SIZES_PERMISSION, vmSizes } from '../vm-sizes.ts';

/** The port of the API server; AKS has no other. */
const API_PORT = 443;

export const resourceType = defineResourceType({
  name: 'azure_aks_cluster',
  provider: 'azure',
  ci_types: ['kubernetes_cluster'],
  summary: 'A managed Kubernetes cluster (AKS), with the nodes, CPU and memory of its node pools.',
  permissions: ['Microsoft.ContainerService/managedClusters/read', SIZES_PERMISSION],
  level: 'account',

  async listPage(azure: AzureClient, pageToken, signal) {
    const { managedClusters } = await azure.service('containerservice');
    const page = await listPage(managedClusters.list(), pageToken, signal);
    const locations = page.records.map(({ location }) => location);
    const sizes = await vmSizes(azure, locations, signal);
    const records = page.records.map((cluster) => ({
      ...cluster,
      agentPoolProfiles: cluster.agentPoolProfiles?.map((pool) => ({
        ...pool,
        size: sizes.sizeOf(cluster.location, pool.vmSize),
      })),
      deniedReads: sizes.denied === null ? [] : [sizes.denied],
    }));
    return { ...page, records };
  },

  // The profiles of Windows, Entra ID and the service principal have fields for secrets.
  record: z.object({
    ...armFields,
    sku: z.object({ tier: text }).nullish(),
    provisioningState: text,
    powerState: z.object({ code: text }).nullish(),
    kubernetesVersion: text,
    currentKubernetesVersion: text,
    fqdn: text,
    privateFqdn: text,
    nodeResourceGroup: text,
    enableRbac: flag,
    disableLocalAccounts: flag,
    networkProfile: z
      .object({
        networkPlugin: text,
        networkPolicy: text,
        podCidr: text,
        serviceCidr: text,
        outboundType: text,
      })
      .nullish(),
    apiServerAccessProfile: z.object({ enablePrivateCluster: flag }).nullish(),
    addonProfiles: z.record(z.string(), z.object({ enabled: flag })).nullish(),
    azureMonitorProfile: z.object({ metrics: z.object({ enabled: flag }).nullish() }).nullish(),
    agentPoolProfiles: listOf(
      z.object({
        count,
        enableAutoScaling: flag,
        size: z.object({ vcpus: amount, memory_gb: amount }).nullish(),
      }),
    ),
    deniedReads: z.array(z.string()),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => {
    const host = record.fqdn ?? record.privateFqdn;
    const nodes = record.agentPoolProfiles.reduce((sum, pool) => sum + (pool.count ?? 0), 0);
    const isStopped = record.powerState?.code === 'Stopped';
    const hasLogs = isAddonOn(record.addonProfiles, 'omsagent');
    return {
      ci_type: 'kubernetes_cluster',
      ...armItem(record),
      status: isStopped ? 'inactive' : provisioned(record.provisioningState),
      hostname: host,
      fqdn: host,
      k8s_version: record.currentKubernetesVersion ?? record.kubernetesVersion,
      cluster_endpoint: host && `https://${host}:${API_PORT}`,
      node_count: nodes,
      // The control plane is Azure's, and stands on no node of the cluster.
      worker_count: nodes,
      total_cpu_cores: totalOf(record.agentPoolProfiles, (size) => size.vcpus),
      total_memory_gb: totalOf(record.agentPoolProfiles, (size) => size.memory_gb),
      network_plugin: record.networkProfile?.networkPlugin ?? null,
      service_cidr: record.networkProfile?.serviceCidr ?? null,
      pod_cidr: record.networkProfile?.podCidr ?? null,
      autoscaling_enabled: record.agentPoolProfiles.some((pool) => pool.enableAutoScaling === true),
      monitoring_enabled: hasLogs || record.azureMonitorProfile?.metrics?.enabled === true,
      logging_enabled: hasLogs,
      attributes: {
        tier: record.sku?.tier ?? null,
        power_state: record.powerState?.code ?? null,
        provisioning_state: record.provisioningState,
        node_resource_group: record.nodeResourceGroup,
        network_policy: record.networkProfile?.networkPolicy ?? null,
        outbound_type: record.networkProfile?.outboundType ?? null,
        private_cluster: record.apiServerAccessProfile?.enablePrivateCluster ?? false,
        rbac: record.enableRbac,
        local_accounts_disabled: record.disableLocalAccounts,
        addons: Object.keys(record.addonProfiles ?? {})
          .filter((name) => isAddonOn(record.addonProfiles, name))
          .sort(),
        denied_reads: record.deniedReads,
      },
    };
  },

  keys: ({ id, fqdn, privateFqdn }) => [
    idKey(id),
    ...(fqdn ? [dnsKey(fqdn)] : []),
    ...(privateFqdn ? [dnsKey(privateFqdn)] : []),
  ],
  // Its node pools refer to it.
  relations: { in_group: IN_GROUP, nodes_in: { ...IN_GROUP, type: 'uses' } },
  references: (record, scope) => [
    ...inGroup(record),
    ...refer(
      'nodes_in',
      record.nodeResourceGroup &&
        `/subscriptions/${scope.account}/resourceGroups/${record.nodeResourceGroup}`,
    ),
  ],
  volatile: [],
});

/** Names of add-ons change case with the program that switched them on: `omsagent`, `omsAgent`. */
function isAddonOn(
  addons: Record<string, { enabled: boolean | null }> | null | undefined,
  name: string,
): boolean {
  return Object.entries(addons ?? {}).some(
    ([key, { enabled }]) => key.toLowerCase() === name.toLowerCase() && enabled === true,
  );
}

/** Over all nodes; null where the size of one pool is not known. */
function totalOf<Size>(
  pools: ReadonlyArray<{ count: number | null; size?: Size | null | undefined }>,
  of: (size: Size) => number | null,
): number | null {
  let total = 0;
  for (const { count: nodes, size } of pools) {
    const one = size ? of(size) : null;
    if (one === null) return null;
    total += one * (nodes ?? 0);
  }
  return pools.length === 0 ? null : total;
}
