import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { textAt } from '../fields.ts';
import { targetedRules } from '../firewall-targets.ts';
import { instanceOs } from '../instance-os.ts';
import { INSTANCE_FIELDS, type InstanceRecord, instanceRecordSchema } from '../instance-record.ts';
import {
  computeKey,
  dnsKey,
  gcpInstanceIdKey,
  internalDnsName,
  privateIpKey,
  publicIpKey,
} from '../keys.ts';
import { described } from '../labels.ts';
import { machineSizes } from '../machine-types.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, lastPart, pathOf, placeOf } from '../resource-name.ts';

/** Every status of an instance; `TERMINATED` is one that was stopped, and can be started again. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PENDING: 'planned',
  PROVISIONING: 'planned',
  STAGING: 'planned',
  RUNNING: 'active',
  // The guest has not yet stopped, or the machine is about to go.
  PENDING_STOP: 'under_maintenance',
  STOPPING: 'under_maintenance',
  SUSPENDING: 'under_maintenance',
  DEPROVISIONING: 'under_maintenance',
  SUSPENDED: 'inactive',
  STOPPED: 'inactive',
  TERMINATED: 'inactive',
  // "The instance is unusable" meanwhile, says the documentation of its life cycle.
  REPAIRING: 'failed',
};

const MB_PER_GB = 1024;

/** What is looked up for a record; it is parsed as a whole afterwards. */
const lookedUp = z.object({
  machineType: z.string().nullish().catch(null),
  tags: z
    .object({ items: z.array(z.string()).nullish() })
    .nullish()
    .catch(null),
  serviceAccounts: z
    .array(z.object({ email: z.string().nullish() }))
    .nullish()
    .catch(null),
  networkInterfaces: z
    .array(z.object({ network: z.string().nullish() }))
    .nullish()
    .catch(null),
});

export const resourceType = defineResourceType({
  name: 'gcp_compute_instance',
  provider: 'gcp',
  ci_types: ['gcp_compute'],
  summary: 'A Compute Engine instance of any zone, with CPU and memory of its machine type.',
  permissions: ['compute.instances.list', 'compute.machineTypes.list', 'compute.firewalls.list'],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const list = {
      service: 'InstancesClient',
      collection: 'instances',
      fields: INSTANCE_FIELDS,
    } as const;
    const page = await aggregatedPage(gcp, list, pageToken, signal);
    const instances = page.records.map((record) => lookedUp.parse(record));
    const types = instances.flatMap(({ machineType }) => machineType ?? []);
    const { sizes, denied } = await machineSizes(gcp, types, signal);
    const rules = await targetedRules(gcp, instances.flatMap(networksOf), signal);
    const records = instances.map((instance, index) => ({
      ...(page.records[index] as object),
      machineSize: sizes.get(lastPart(instance.machineType) ?? ''),
      firewalls: rules.rulesOf({
        networks: networksOf(instance),
        tags: instance.tags?.items ?? [],
        serviceAccounts: (instance.serviceAccounts ?? []).flatMap(({ email }) => email ?? []),
      }),
      deniedReads: [...(denied === null ? [] : [denied]), ...rules.denied],
    }));
    const incomplete_reason = page.incomplete_reason ?? rules.incomplete_reason;
    return { ...page, records, ...(incomplete_reason !== undefined && { incomplete_reason }) };
  },

  record: instanceRecordSchema,
  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem(record, scope) {
    const boot = record.disks.find((disk) => disk.boot);
    const [first] = record.networkInterfaces;
    const internalName = internalDnsName(pathOf(record.selfLink) ?? '', scope.account);
    return {
      ci_type: 'gcp_compute',
      name: record.name,
      display_name: record.name,
      status: STATUSES[record.status ?? ''] ?? 'active',
      ...placeOf(pathOf(record.selfLink)),
      external_id: pathOf(record.selfLink),
      ip_address: first?.networkIP ?? null,
      hostname: record.hostname ?? record.name,
      fqdn: record.hostname ?? internalName,
      ...described(record.labels, [record.name, scope.account]),
      cpu_cores: record.machineSize?.vcpus ?? null,
      cpu_model: record.cpuPlatform,
      memory_gb: record.machineSize?.memory_mb ? record.machineSize.memory_mb / MB_PER_GB : null,
      disk_gb: record.disks.reduce((sum, { diskSizeGb }) => sum + (diskSizeGb ?? 0), 0),
      ...instanceOs(boot?.licenses ?? [], boot?.guestOsFeatures.map(({ type }) => type) ?? []),
      network_interfaces: record.networkInterfaces.map((entry) => ({
        name: entry.name,
        ip_address: entry.networkIP,
        network: lastPart(entry.network),
        subnetwork: lastPart(entry.subnetwork),
        type: entry.nicType,
      })),
      attributes: {
        instance_id: record.id,
        machine_type: lastPart(record.machineType),
        status: record.status,
        creation_time: record.creationTimestamp,
        last_start_time: record.lastStartTimestamp,
        network: pathOf(first?.network),
        subnetwork: pathOf(first?.subnetwork),
        public_ip_addresses: publicAddresses(record).sort(),
        network_tags: record.tags?.items ?? [],
        service_accounts: record.serviceAccounts.flatMap(({ email }) => email ?? []).sort(),
        provisioning_model: provisioningModel(record),
        accelerators: record.guestAccelerators.map(({ acceleratorType, acceleratorCount }) => ({
          type: lastPart(acceleratorType),
          count: acceleratorCount,
        })),
        can_ip_forward: record.canIpForward,
        deletion_protection: record.deletionProtection,
        denied_reads: record.deniedReads,
      },
    };
  },

  keys(record, scope) {
    const path = pathOf(record.selfLink);
    const internalName = path && internalDnsName(path, scope.account);
    return [
      ...(path ? [computeKey(path), computeName(path) ?? ''] : []),
      ...(record.id ? [gcpInstanceIdKey(record.id)] : []),
      ...record.networkInterfaces.flatMap(({ network, networkIP, ipv6Address }) => [
        ...(network && networkIP ? [privateIpKey(network, networkIP)] : []),
        ...(network && ipv6Address ? [privateIpKey(network, ipv6Address)] : []),
      ]),
      ...publicAddresses(record).map(publicIpKey),
      ...(internalName ? [dnsKey(internalName)] : []),
    ];
  },

  relations: {
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    has_disk: { type: 'uses', target: 'gcp_compute_disk', spread: 'forward' },
    // A firewall does not fail: it is deleted or changed, and nothing can tell beforehand for whom.
    guarded_by: { type: 'uses', target: 'gcp_compute_firewall', spread: 'none' },
  },
  references: (record) => [
    ...record.networkInterfaces.flatMap(({ subnetwork }) => refer('in_subnet', subnetwork)),
    ...record.networkInterfaces.flatMap(({ network }) => refer('in_network', network)),
    ...record.disks.flatMap(({ source, deviceName }) =>
      refer('has_disk', source, { attributes: { device: deviceName } }),
    ),
    ...record.firewalls.flatMap((path) => refer('guarded_by', path)),
  ],
  volatile: [],
});

function networksOf({ networkInterfaces }: z.infer<typeof lookedUp>): string[] {
  return (networkInterfaces ?? []).flatMap(({ network }) => network ?? []);
}

function publicAddresses({ networkInterfaces }: InstanceRecord): string[] {
  return networkInterfaces.flatMap(({ accessConfigs, ipv6AccessConfigs }) => [
    ...accessConfigs.flatMap(({ natIP }) => natIP ?? []),
    ...ipv6AccessConfigs.flatMap(({ externalIpv6 }) => externalIpv6 ?? []),
  ]);
}

/** `preemptible` is the older word, which instances of before 2021 have alone. */
function provisioningModel({ scheduling }: InstanceRecord): string {
  const model = scheduling?.provisioningModel ?? (scheduling?.preemptible ? 'SPOT' : 'STANDARD');
  return model.toLowerCase();
}
