import type { Scope } from '../../../model/scope.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { listProcesses } from '../../../providers/host/process-listing.ts';
import { processRecordSchema } from '../../../providers/host/process-record.ts';
import { connects, connectsWithin, listens, OWN, osProcess, snapshotOf } from './snapshots.ts';

/** Records with everything in them that a machine can have; a real one has part of it. */
export const SCOPE: Scope = {
  provider: 'host',
  account: 'm1',
  account_name: 'shop-prod-1',
  region: 'global',
};

const PARTS = {
  hostname: 'shop-prod-1',
  environment: 'production',
  environment_source: 'name:shop-prod-1',
};

const INTERFACE = {
  name: 'eth0',
  mac: '02:00:00:00:00:01',
  addresses: ['10.0.0.5', 'fd00::5'],
  mtu: 1500,
  speed_mbit_per_second: 1000,
  type: 'wired',
  is_virtual: false,
  is_default: true,
  is_up: true,
};

const DEVICE = {
  name: 'sda1',
  type: 'partition',
  size_bytes: 2 ** 33,
  serial: 'S1',
  model: 'Disk',
  uuid: 'U1',
  is_rotational: false,
  is_removable: false,
  is_read_only: false,
  file_system: 'ext4',
  mount_points: ['/'],
  used_bytes: 2 ** 32,
  parents: ['sda'],
};

export const RECORDS: Readonly<Record<string, readonly unknown[]>> = {
  host_server: [
    {
      ...PARTS,
      fqdn: 'shop-prod-1.example.org',
      ip_address: '10.0.0.5',
      network: 'lan',
      reachable_addresses: ['10.0.0.5'],
      cpu_cores: 8,
      physical_cpu_cores: 4,
      cpu_model: 'AMD EPYC',
      memory_gb: 32,
      disk_gb: 100,
      os_type: 'linux',
      os_version: 'Debian GNU/Linux 12',
      kernel_version: '6.1',
      architecture: 'x64',
      manufacturer: 'Maker',
      model: 'M1',
      serial_number: 'SN',
      is_virtual: true,
      hypervisor: 'KVM',
      cloud_instance: { cloud: 'aws', instance_id: 'i-0abc1234' },
      in_container: false,
      interfaces: [INTERFACE],
      installed_packages: ['bash 5.2'],
      running_services: ['ssh'],
    },
  ],
  host_network_interface: [{ ...PARTS, ...INTERFACE, owns_mac: true }],
  host_block_storage: [
    { ...PARTS, ...DEVICE, native_part: 'uuid/U1', parent_native_parts: ['serial/S1'] },
  ],
  host_container: [
    {
      hostname: 'shop-prod-1',
      environment_setting: null,
      engine: {
        Id: 'c0ffee',
        Names: ['/shop-db-1'],
        Image: 'postgres:17',
        ImageID: 'sha256:1',
        Command: 'run --password=hunter2',
        Created: 1_700_000_000,
        State: 'running',
        Labels: { 'com.docker.compose.project': 'shop' },
        Ports: [{ IP: '0.0.0.0', PrivatePort: 5432, PublicPort: 5432, Type: 'tcp' }],
        NetworkSettings: { Networks: { shop: { IPAddress: '172.18.0.2' } } },
        Mounts: [{ Type: 'volume', Destination: '/data' }],
      },
    },
  ],
  host_process: processRecords(),
};

function processRecords(): unknown[] {
  const api = { executable: 'node', title: 'api', unit: 'api.service' };
  const started = { started_at: '2026-01-02T03:04:05.000Z' };
  const snapshot = snapshotOf(
    [
      osProcess({ pid: 10, ...api, ...started }),
      osProcess({ pid: 20, executable: 'postgres', ...started }),
      osProcess({ pid: 30, executable: 'redis-server', ...started }),
      osProcess({ pid: 40, executable: 'curl', ...started }),
    ],
    [
      listens(10, '::', 80),
      listens(10, '::1', 45_000),
      listens(20, '0.0.0.0', 5432),
      listens(30, '127.0.0.1', 6379),
      ...connectsWithin(10, 20, '127.0.0.1', 5432),
      ...connectsWithin(10, 30, '127.0.0.1', 6379),
      connects(40, ['10.0.0.5', 40_001], ['8.8.8.8', 443]),
    ],
  );
  const { host } = sourcesSchema.parse({});
  const { records } = listProcesses(snapshot, OWN, 'shop-prod-1', host);
  return records.map((record) => processRecordSchema.parse(record));
}
