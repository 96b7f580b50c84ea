import { z } from 'zod';

/** A disk, a partition of one, or a volume made of others (LVM, RAID, encryption). */
export const blockDeviceSchema = z.object({
  /** The kernel's name, e.g. `nvme0n1p1`; may be another one after the next start. */
  name: z.string(),
  type: z.enum(['disk', 'partition', 'volume']),
  size_bytes: z.number().nonnegative(),
  serial: z.string().nullable(),
  model: z.string().nullable(),
  /** Id of the file system or of the volume. */
  uuid: z.string().nullable(),
  is_rotational: z.boolean().nullable(),
  is_removable: z.boolean().nullable(),
  is_read_only: z.boolean(),
  file_system: z.string().nullable(),
  /** Where it is mounted, sorted. */
  mount_points: z.array(z.string()),
  /** Bytes in use in its file system; null where it is not mounted. */
  used_bytes: z.number().nullable(),
  /** Kernel names of the devices that it lies on. */
  parents: z.array(z.string()),
});
export type BlockDevice = z.infer<typeof blockDeviceSchema>;

/**
 * The part of a native id that tells each device, by kernel name: its serial number or UUID where
 * it has one that no other device here has, since `sda` and `sdb` may change places at a restart;
 * else its kernel name.
 */
export function deviceIds(devices: readonly BlockDevice[]): Map<string, string> {
  // Copies of a disk have the same UUIDs, and all paths to one multipath disk its serial.
  const candidates = (device: BlockDevice) => [
    ...(device.serial !== null && device.type === 'disk' ? [`serial/${device.serial}`] : []),
    ...(device.uuid !== null && device.type !== 'disk' ? [`uuid/${device.uuid}`] : []),
  ];
  const counts = new Map<string, number>();
  for (const id of devices.flatMap(candidates)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map(
    devices.map((device) => [
      device.name,
      candidates(device).find((id) => counts.get(id) === 1) ?? `name/${device.name}`,
    ]),
  );
}

/** Disk space of the machine: that of its disks, not again that of what is made of them. */
export function totalDiskBytes(devices: readonly BlockDevice[]): number {
  return devices
    .filter(({ type, is_removable }) => type === 'disk' && is_removable !== true)
    .reduce((total, { size_bytes }) => total + size_bytes, 0);
}
