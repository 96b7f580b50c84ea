import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { machineKey, ownMachineKey } from '../cloud.ts';
import {
  type Conditions,
  clusterObjectId,
  conditionOf,
  conditions,
  described,
  flag,
  listOf,
  metadata,
  text,
} from '../fields.ts';
import { clusterKey, clusterObjectKey } from '../keys.ts';
import { nodeRoles } from '../node-roles.ts';
import { gigabytes, quantity } from '../quantity.ts';

const resources = z
  .object({ cpu: quantity, memory: quantity, pods: quantity, 'ephemeral-storage': quantity })
  .nullish();

/** A node with one of these takes no new pods, and puts out some of those that it has. */
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

export const resourceType = defineResourceType({
  name: 'kubernetes_node',
  provider: 'kubernetes',
  ci_types: ['kubernetes_node'],
  summary: 'A node of the cluster, with its capacity, roles, taints and conditions.',
  permissions: ['core/nodes:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/nodes', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      providerID: text,
      podCIDR: text,
      unschedulable: flag,
      taints: listOf(z.object({ key: z.string(), value: text, effect: text })),
    }),
    status: z.object({
      capacity: resources,
      allocatable: resources,
      conditions,
      addresses: listOf(z.object({ type: z.string(), address: z.string() })),
      nodeInfo: z
        .object({
          kubeletVersion: text,
          containerRuntimeVersion: text,
          osImage: text,
          operatingSystem: text,
          architecture: text,
          kernelVersion: text,
          machineID: text,
        })
        .nullish(),
    }),
  }),

  nativeId: (record, scope) => clusterObjectId('Node', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const addressOf = (type: string) =>
      status.addresses.find((address) => address.type === type)?.address ?? null;
    const { labels } = meta;
    const { capacity, allocatable, nodeInfo } = status;
    return {
      ci_type: 'kubernetes_node',
      ...described(meta, scope),
      status: nodeStatus(status.conditions, spec.unschedulable === true),
      region: labels['topology.kubernetes.io/region'] ?? null,
      availability_zone: labels['topology.kubernetes.io/zone'] ?? null,
      ip_address: addressOf('InternalIP'),
      hostname: addressOf('Hostname') ?? meta.name,
      fqdn: addressOf('ExternalDNS') ?? addressOf('InternalDNS'),
      attributes: {
        created_at: meta.creationTimestamp,
        roles: nodeRoles(labels),
        instance_type: labels['node.kubernetes.io/instance-type'] ?? null,
        provider_id: spec.providerID,
        external_ip: addressOf('ExternalIP'),
        pod_cidr: spec.podCIDR,
        cordoned: spec.unschedulable === true,
        conditions: troubles(status.conditions),
        taints: spec.taints
          .map(({ key, value, effect }) => `${key}${value === null ? '' : `=${value}`}:${effect}`)
          .sort(),
        cpu_cores: capacity?.cpu ?? null,
        memory_gb: gigabytes(capacity?.memory ?? null),
        storage_gb: gigabytes(capacity?.['ephemeral-storage'] ?? null),
        max_pods: capacity?.pods ?? null,
        allocatable_cpu_cores: allocatable?.cpu ?? null,
        allocatable_memory_gb: gigabytes(allocatable?.memory ?? null),
        kubelet_version: nodeInfo?.kubeletVersion ?? null,
        container_runtime: nodeInfo?.containerRuntimeVersion ?? null,
        os_image: nodeInfo?.osImage ?? null,
        os_type: nodeInfo?.operatingSystem ?? null,
        architecture: nodeInfo?.architecture ?? null,
        kernel_version: nodeInfo?.kernelVersion ?? null,
        machine_id: nodeInfo?.machineID ?? null,
      },
    };
  },

  keys: ({ metadata: { name } }, scope) => [clusterObjectKey(scope, 'Node', name)],
  identities: ({ spec, status: { nodeInfo } }) => [
    ...listed(spec.providerID === null ? null : machineKey(spec.providerID)),
    ...listed(ownMachineKey(nodeInfo?.machineID)),
  ],

  relations: {
    in_cluster: { type: 'part_of', target: 'kubernetes_cluster', spread: 'forward' },
    hosted_on: {
      type: 'hosted_on',
      target:
        'aws_ec2_instance, azure_virtual_machine, azure_vm_scale_set_instance, gcp_compute_instance or host_server',
      spread: 'forward',
    },
  },
  references({ spec, status: { nodeInfo } }, scope) {
    const cloud = spec.providerID === null ? null : machineKey(spec.providerID);
    const machine = cloud ?? ownMachineKey(nodeInfo?.machineID);
    return [
      { relation: 'in_cluster', key: clusterKey(scope) },
      ...(machine === null ? [] : [{ relation: 'hosted_on' as const, key: machine }]),
    ];
  },
  volatile: [],
});

function listed(key: string | null): string[] {
  return key === null ? [] : [key];
}

/**
 * A node that is cordoned is being worked on, whatever else it says; one under pressure is closed
 * to new pods just the same. One whose kubelet is not ready, or was not heard of, has failed.
 */
function nodeStatus(list: Conditions, isCordoned: boolean): CiStatus {
  if (isCordoned) return 'under_maintenance';
  const ready = conditionOf(list, 'Ready');
  if (ready === null) return 'planned';
  if (ready !== 'True' || conditionOf(list, 'NetworkUnavailable') === 'True') return 'failed';
  const isPressed = PRESSURES.some((type) => conditionOf(list, type) === 'True');
  return isPressed ? 'under_maintenance' : 'active';
}

/** The conditions that are not as they should be, e.g. `Ready=Unknown`, `DiskPressure=True`. */
function troubles(list: Conditions): string[] {
  return list
    .filter(({ type, status }) => status !== (type === 'Ready' ? 'True' : 'False'))
    .map(({ type, status }) => `${type}=${status}`)
    .sort();
}
