import { readdir, readFile, readlink, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { BlockDevice } from './block-devices.ts';
import { errnoOf } from './errors.ts';

/** Sizes in `/sys/class/block` are in these, whatever the device's own sectors are. */
const SECTOR_BYTES = 512;
const CLASS = '/sys/class/block';
/** Memory, loop-mounted files, floppies and optical drives: no storage that an estate rests on. */
const NO_STORAGE = /^(loop|ram|zram|fd|sr|nbd)\d/;

/** A line of `/proc/self/mountinfo`, see proc_pid_mountinfo(5). */
export interface Mount {
  source: string;
  mount_point: string;
  file_system: string;
}

/**
 * Reads `/proc/self/mountinfo`; blanks in paths stand there as octal escapes. Mounts of a part of
 * a file system (bind mounts, which come and go with containers) are left out, except those of
 * btrfs, whose subvolumes are all such parts.
 */
export function parseMountinfo(text: string): Mount[] {
  const unescaped = (path: string) =>
    path.replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
  return text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    const [fileSystem, source] = after?.split(' ') ?? [];
    const [root, mountPoint] = before.split(' ').slice(3);
    if (!fileSystem || !source || !mountPoint) return [];
    if (root !== '/' && fileSystem !== 'btrfs') return [];
    return [
      { source: unescaped(source), mount_point: unescaped(mountPoint), file_system: fileSystem },
    ];
  });
}

/**
 * Reads block devices from `/sys`, which needs no tool: systeminformation runs `lsblk` and gives
 * an empty list where that is not installed. Devices without a medium (size 0) are left out.
 */
export async function readLinuxBlockDevices(): Promise<BlockDevice[]> {
  const mounts = parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8'));
  const uuids = await readUuids();
  const devices: BlockDevice[] = [];
  for (const name of (await namesIn(CLASS)).sort()) {
    if (NO_STORAGE.test(name)) continue;
    const device = await readDevice(name, mounts, uuids);
    if (device.size_bytes > 0) devices.push(device);
  }
  return devices;
}

async function readDevice(
  name: string,
  mounts: readonly Mount[],
  uuids: ReadonlyMap<string, string>,
): Promise<BlockDevice> {
  const folder = `${CLASS}/${name}`;
  const isPartition = (await read(`${folder}/partition`)) !== null;
  const slaves = await namesIn(`${folder}/slaves`);
  const mapperName = await read(`${folder}/dm/name`);
  const paths = [`/dev/${name}`, ...(mapperName ? [`/dev/mapper/${mapperName}`] : [])];
  const mounted = mounts.filter(({ source }) => paths.includes(source));
  const mountPoints = [...new Set(mounted.map(({ mount_point }) => mount_point))].sort();
  const usage = mountPoints[0] === undefined ? null : await statfs(mountPoints[0]);
  const partitionParent = isPartition ? basename(dirname(await readlink(folder))) : null;
  return {
    name,
    type: isPartition ? 'partition' : slaves.length > 0 ? 'volume' : 'disk',
    size_bytes: Number(await read(`${folder}/size`)) * SECTOR_BYTES,
    serial: (await read(`${folder}/serial`)) ?? (await read(`${folder}/device/serial`)),
    model: await read(`${folder}/device/model`),
    uuid: uuids.get(name) ?? (await read(`${folder}/dm/uuid`)),
    is_rotational: flag(await read(`${folder}/queue/rotational`)),
    is_removable: flag(await read(`${folder}/removable`)),
    is_read_only: flag(await read(`${folder}/ro`)) ?? false,
    file_system: mounted[0]?.file_system ?? null,
    mount_points: mountPoints,
    used_bytes: usage && (usage.blocks - usage.bfree) * usage.bsize,
    parents: partitionParent ? [partitionParent] : slaves.sort(),
  };
}

/** udev's links from UUIDs to devices; in a machine without udev there are none. */
async function readUuids(): Promise<Map<string, string>> {
  const folder = '/dev/disk/by-uuid';
  const uuids = new Map<string, string>();
  for (const uuid of await namesIn(folder)) {
    uuids.set(basename(await readlink(`${folder}/${uuid}`)), uuid);
  }
  return uuids;
}

function flag(text: string | null): boolean | null {
  return text === null ? null : text === '1';
}

/** A device has only the files that make sense for it. */
async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENXIO', 'EINVAL'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
