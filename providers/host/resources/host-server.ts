import { defineResourceType } from '../../../model/resource-type.ts';
import type { HostClient } from '../client.ts';
import { hostKey } from '../record-parts.ts';
import { serverRecordSchema } from '../server-record.ts';

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
      in_container: record.in_container,
    },
  }),

  // A MAC address is the key of the interface that has it: a key of two items resolves to none.
  keys: ({ network, reachable_addresses }, scope) => [
    hostKey(scope.account),
    ...(network === null ? [] : reachable_addresses.map((address) => `ip:${network}/${address}`)),
  ],
  relations: {},
  references: () => [],
  volatile: [],
});
