import { expect, test } from '@jest/globals';
import {
  type BlockDevice,
  deviceIds,
  totalDiskBytes,
} from '../../../providers/host/block-devices.ts';
import { parseMountinfo } from '../../../providers/host/linux-block-devices.ts';
import { toBlockDevices } from '../../../providers/host/portable-block-devices.ts';

function device(part: Partial<BlockDevice> & { name: string }): BlockDevice {
  return {
    type: 'disk',
    size_bytes: 100,
    serial: null,
    model: null,
    uuid: null,
    is_rotational: false,
    is_removable: false,
    is_read_only: false,
    file_system: null,
    mount_points: [],
    used_bytes: null,
    parents: [],
    ...part,
  };
}

test('a disk is told by its serial number, a partition by its UUID, what shares them by name', () => {
  const ids = deviceIds([
    device({ name: 'sda', serial: 'S1', uuid: 'U0' }),
    device({ name: 'sda1', type: 'partition', uuid: 'U1', serial: 'S1' }),
    device({ name: 'sdb', serial: 'S2' }),
    device({ name: 'sdc', serial: 'S2' }),
    device({ name: 'sdd' }),
  ]);
  expect(Object.fromEntries(ids)).toEqual({
    sda: 'serial/S1',
    sda1: 'uuid/U1',
    sdb: 'name/sdb',
    sdc: 'name/sdc',
    sdd: 'name/sdd',
  });
});

test('disk space is that of fixed disks, counted once', () => {
  const bytes = totalDiskBytes([
    device({ name: 'sda' }),
    device({ name: 'sda1', type: 'partition' }),
    device({ name: 'sdb', is_removable: true }),
    device({ name: 'dm-0', type: 'volume' }),
  ]);
  expect(bytes).toBe(100);
});

test('mounts are read with their blanks, without bind mounts', () => {
  const text = [
    '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '28 1 254:1 / /my\\040data rw - xfs /dev/sdb1 rw',
    '29 1 254:0 /var/lib/x /etc/hosts rw - ext4 /dev/vda rw',
    '30 1 0:31 /@home /home rw - btrfs /dev/sdc2 rw',
    '',
  ].join('\n');
  expect(parseMountinfo(text)).toEqual([
    { source: '/dev/vda', mount_point: '/', file_system: 'ext4' },
    { source: '/dev/sdb1', mount_point: '/my data', file_system: 'xfs' },
    { source: '/dev/sdc2', mount_point: '/home', file_system: 'btrfs' },
  ]);
});

test("a Mac's partitions lie on their disk", () => {
  const mac = (name: string, type: string, mount = '') => ({
    name,
    identifier: name,
    type,
    fsType: 'apfs',
    mount,
    size: 1000,
    physical: 'SSD',
    uuid: '',
    label: '',
    model: '',
    serial: '',
    removable: false,
    protocol: '',
  });
  const devices = toBlockDevices(
    [mac('disk1', 'disk'), mac('disk0', 'disk'), mac('disk0s2', 'part', '/')],
    [
      {
        fs: 'x',
        type: 'apfs',
        size: 1000,
        used: 400,
        available: 600,
        use: 40,
        mount: '/',
        rw: true,
      },
    ],
  );
  expect(devices.map(({ name, parents, used_bytes }) => [name, parents, used_bytes])).toEqual([
    ['disk0', [], null],
    ['disk0s2', ['disk0'], 400],
    ['disk1', [], null],
  ]);
});
