import { defineResourceType } from '../../../model/resource-type.ts';
import { serialKey } from '../../../model/sameness.ts';
import type { HostClient } from '../client.ts';
import { cloudInstanceKey } from '../cloud-instance.ts';
import { hostKey } from '../record-parts.ts';
import { type ServerRecord, serverRecordSchema } from '../server-record.ts';

export const resourceType = defineResourceType({
  name: 'host_server',
  provider: 'host',
  ci_types: ['server'],
  summary: 'The machine that a worker runs on, read from its operating system and package manager.',
  permissions: [],
  level: 'account',
  listPage: async (client: HostClient, _pageToken, signal) => ({
    records: [await client.server(signal)],
    next_page_token: null,
  }),
  record: serverRecordSchema,
  nativeId: (_record, scope) => scope.account,

  toItem: (record, scope) => ({
    ci_type: 'server',
    name: record.hostname,
    display_name: record.hostname,
    environment: record.environment,
    environment_source: record.environment_source,
    external_id: scope.account,
    hostname: record.hostname,
    fqdn: record.fqdn,
    ip_address: record.ip_address,
    cpu_cores: record.cpu_cores,
    cpu_model: record.cpu_model,
    memory_gb: record.memory_gb,
    disk_gb: record.disk_gb,
    os_type: record.os_type,
    os_version: record.os_version,
    kernel_version: record.kernel_version,
    mac_addresses: [...new Set(record.interfaces.flatMap(({ mac }) => mac ?? []))].sort(),
    network_interfaces: record.interfaces.map(({ is_up: _isUp, ...entry }) => entry),
    installed_packages: record.installed_packages,
    running_services: record.running_services,
    attributes: {
      architecture: record.architecture,
      physical_cpu_cores: record.physical_cpu_cores,
      manufacturer: record.manufacturer,
      model: record.model,
      serial_number: record.serial_number,
      is_virtual: record.is_virtual,
      hypervisor: record.hypervisor,
      cloud_instance_id: record.cloud_instance?.instance_id ?? null,
      in_container: record.in_container,
    },
  }),

  // A MAC address is the key of the interface that has it: a key of two items resolves to none.
  keys: ({ network, reachable_addresses }, scope) => [
    hostKey(scope.account),
    ...(network === null ? [] : reachable_addresses.map((address) => `ip:${network}/${address}`)),
  ],
  // A container is not the machine that it is on, whose firmware it reads.
  identities: (record) => (record.in_container ? [] : machineKeys(record)),
  relations: {
    hosted_on: {
      type: 'hosted_on',
      target: 'aws_ec2_instance, azure_virtual_machine or gcp_compute_instance',
      spread: 'forward',
    },
    // What depends on the instance, a load balancer say, depends on the system that runs in it.
    carries: { type: 'depends_on', target: 'host_server', spread: 'forward' },
  },
  references({ cloud_instance: instance, in_container }, scope) {
    if (instance === null) return [];
    const key = cloudInstanceKey(instance);
    return [
      { relation: 'hosted_on', key },
      ...(in_container
        ? []
        : [{ relation: 'carries' as const, source_key: key, key: hostKey(scope.account) }]),
    ];
  },
  volatile: [],
});

function machineKeys({ cloud_instance: instance, manufacturer, serial_number }: ServerRecord) {
  const serial = serialKey(manufacturer, serial_number);
  return [
    ...(instance === null ? [] : [cloudInstanceKey(instance)]),
    ...(serial === null ? [] : [serial]),
  ];
}
