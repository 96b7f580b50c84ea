import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { blockDeviceSchema } from '../block-devices.ts';
import type { HostClient } from '../client.ts';
import { gigabytes, hostKey, hostPartsSchema } from '../record-parts.ts';

const blockKey = (machineId: string, nativePart: string) =>
  `${hostKey(machineId)}/block/${nativePart}`;

export const resourceType = defineResourceType({
  name: 'host_block_storage',
  provider: 'host',
  ci_types: ['block_storage'],
  summary: "A machine's disk, partition or volume; loop devices and memory disks are left out.",
  permissions: [],
  level: 'account',
  listPage: async (client: HostClient) => ({
    records: await client.devices(),
    next_page_token: null,
  }),
  record: z.object({
    ...blockDeviceSchema.shape,
    ...hostPartsSchema.shape,
    native_part: z.string().min(1),
    parent_native_parts: z.array(z.string()),
  }),
  nativeId: (record, scope) => {
    const told = z.object({ native_part: z.string().min(1) }).safeParse(record);
    return told.success ? `${scope.account}/block/${told.data.native_part}` : null;
  },

  toItem: (record) => ({
    ci_type: 'block_storage',
    name: record.name,
    display_name: `${record.name} of ${record.hostname}`,
    environment: record.environment,
    environment_source: record.environment_source,
    external_id: record.serial ?? record.uuid,
    hostname: record.hostname,
    attributes: {
      type: record.type,
      size_gb: gigabytes(record.size_bytes),
      used_gb: record.used_bytes === null ? null : gigabytes(record.used_bytes),
      serial_number: record.serial,
      model: record.model,
      uuid: record.uuid,
      file_system: record.file_system,
      mount_points: record.mount_points,
      is_rotational: record.is_rotational,
      is_removable: record.is_removable,
      is_read_only: record.is_read_only,
    },
  }),

  keys: ({ native_part }, scope) => [blockKey(scope.account, native_part)],
  relations: {
    // A disk that fails takes the machine with it; a machine that fails leaves its disks whole.
    part_of_server: { type: 'part_of', target: 'host_server', spread: 'reverse' },
    part_of_device: { type: 'part_of', target: 'host_block_storage', spread: 'forward' },
  },
  references: ({ parent_native_parts: parents }, scope) => [
    { relation: 'part_of_server', key: hostKey(scope.account) },
    ...parents.map((parent) => ({
      relation: 'part_of_device' as const,
      key: blockKey(scope.account, parent),
    })),
  ],
  volatile: ['attributes.used_gb'],
});
