import si, { type Systeminformation } from 'systeminformation';
import type { BlockDevice } from './block-devices.ts';
import { HostError } from './errors.ts';

/**
 * Reads block devices through systeminformation, on macOS and Windows. It answers with an empty
 * list when the tool that it runs fails, and such a machine has at least the disk it started from.
 */
export async function readPortableBlockDevices(): Promise<BlockDevice[]> {
  const devices = toBlockDevices(await si.blockDevices(), await si.fsSize());
  if (devices.length > 0) return devices;
  throw new HostError({
    kind: 'transient',
    code: 'no_block_devices',
    message: 'The operating system listed no disks.',
  });
}

/** The part without the machine, so that it can be tested anywhere. */
export function toBlockDevices(
  devices: readonly Systeminformation.BlockDevicesData[],
  fileSystems: readonly Systeminformation.FsSizeData[],
): BlockDevice[] {
  return devices
    .filter(({ size, type }) => size > 0 && type !== 'loop' && type !== 'rom')
    .map((device): BlockDevice => {
      const usage = fileSystems.find(({ mount }) => mount === device.mount);
      return {
        name: device.name,
        type: device.type === 'disk' ? 'disk' : device.type === 'part' ? 'partition' : 'volume',
        size_bytes: device.size,
        serial: device.serial || null,
        model: device.model || null,
        uuid: device.uuid || null,
        is_rotational: device.physical ? device.physical === 'HDD' : null,
        is_removable: device.removable,
        is_read_only: usage?.rw === false,
        file_system: device.fsType || null,
        mount_points: device.mount ? [device.mount] : [],
        used_bytes: usage?.used ?? null,
        parents: devices
          .filter(({ name, type }) => type === 'disk' && isPartitionOf(device.name, name))
          .map(({ name }) => name),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** macOS calls the partitions of `disk0` `disk0s1`, `disk0s2`, … */
function isPartitionOf(name: string, disk: string): boolean {
  return /^s\d+(s\d+)*$/.test(name.startsWith(disk) ? name.slice(disk.length) : '');
}
