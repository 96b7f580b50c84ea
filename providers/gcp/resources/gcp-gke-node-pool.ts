import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, text, textAt, texts, word } from '../fields.ts';
import { clusterName, nodePoolName } from '../gke-names.ts';
import { described, labelMap } from '../labels.ts';
import { locationPage } from '../pages.ts';
import { oneOf, refer, referByKey } from '../refer.ts';
import { placeOfLocation } from '../resource-name.ts';

/** Every status of a node pool; `RUNNING_WITH_ERROR` has some nodes. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PROVISIONING: 'planned',
  RUNNING: 'active',
  RUNNING_WITH_ERROR: 'failed',
  RECONCILING: 'under_maintenance',
  STOPPING: 'under_maintenance',
  ERROR: 'failed',
};

const cluster = z.object({
  name: z.string(),
  location: z.string(),
  nodePools: z.array(z.unknown()).nullish(),
});

export const resourceType = defineResourceType({
  name: 'gcp_gke_node_pool',
  provider: 'gcp',
  ci_types: ['autoscaler'],
  summary: 'A node pool of a GKE cluster, and the instance groups that its nodes are in.',
  permissions: ['container.clusters.list'],
  level: 'account',

  async listPage(gcp: GcpClient, _pageToken, signal) {
    const list = {
      library: 'container',
      service: 'ClusterManagerClient',
      method: 'listClusters',
      collection: 'clusters',
    } as const;
    const page = await locationPage(gcp, list, '-', null, signal);
    const records = page.records.flatMap((record) => {
      const read = cluster.safeParse(record);
      // A record without an id, which the pipeline rejects and tells of.
      if (!read.success) return [record];
      const { name, location, nodePools } = read.data;
      const inCluster = clusterName(gcp.project, location, name);
      return (nodePools ?? []).map((pool) => ({
        ...(pool as object),
        cluster: inCluster,
        location,
      }));
    });
    return { ...page, records };
  },

  record: z.object({
    name: z.string(),
    /** The full name of its cluster. */
    cluster: z.string(),
    location: z.string(),
    locations: texts,
    status: word,
    statusMessage: text,
    version: text,
    initialNodeCount: count,
    instanceGroupUrls: texts,
    autoscaling: z.object({ enabled: flag, minNodeCount: count, maxNodeCount: count }).nullish(),
    management: z.object({ autoUpgrade: flag, autoRepair: flag }).nullish(),
    config: z
      .object({
        machineType: text,
        diskSizeGb: count,
        diskType: text,
        imageType: text,
        spot: flag,
        preemptible: flag,
        serviceAccount: text,
        resourceLabels: labelMap,
      })
      .nullish(),
  }),

  nativeId: (record) => nodePoolName(textAt(record, 'cluster'), textAt(record, 'name')),

  toItem: (record, scope) => ({
    ci_type: 'autoscaler',
    name: record.name,
    display_name: record.name,
    status: STATUSES[record.status ?? ''] ?? 'active',
    ...placeOfLocation(record.location),
    external_id: nodePoolName(record.cluster, record.name),
    ...described(record.config?.resourceLabels ?? {}, [record.name, scope.account]),
    attributes: {
      node_locations: record.locations,
      status: record.status,
      status_message: record.statusMessage,
      version: record.version,
      initial_node_count: record.initialNodeCount,
      autoscaling: record.autoscaling?.enabled ?? false,
      min_nodes: record.autoscaling?.minNodeCount ?? null,
      max_nodes: record.autoscaling?.maxNodeCount ?? null,
      auto_upgrade: record.management?.autoUpgrade ?? false,
      auto_repair: record.management?.autoRepair ?? false,
      machine_type: record.config?.machineType ?? null,
      disk_size_gb: record.config?.diskSizeGb ?? null,
      disk_type: record.config?.diskType ?? null,
      image_type: record.config?.imageType ?? null,
      spot: record.config?.spot === true || record.config?.preemptible === true,
      service_account: record.config?.serviceAccount ?? null,
    },
  }),

  keys: ({ cluster: inCluster, name }) => [nodePoolName(inCluster, name) ?? ''],
  relations: {
    in_cluster: { type: 'part_of', target: 'gcp_gke_cluster', spread: 'none' },
    has_group: { type: 'depends_on', target: 'gcp_compute_instance_group', spread: 'forward' },
  },
  references: (record) => [
    ...referByKey('in_cluster', record.cluster),
    // They are named by their managers, which have the groups' names.
    ...record.instanceGroupUrls.flatMap((url) =>
      refer('has_group', url.replace('/instanceGroupManagers/', '/instanceGroups/'), {
        ...oneOf(nodePoolName(record.cluster, record.name) ?? record.name),
      }),
    ),
  ],
  volatile: [],
});
