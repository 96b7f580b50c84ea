import { endianness } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress } from '../../../providers/host/addresses.ts';
import { parseProcNetTcp } from '../../../providers/host/proc-net.ts';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt';

/** Prints an address as the kernel does: each 32-bit word as a number of the machine. */
function kernelHex(bytes: readonly number[]): string {
  const buffer = Buffer.from(bytes);
  if (endianness() === 'LE') buffer.swap32();
  return buffer.toString('hex').toUpperCase();
}

function line(local: string, remote: string, state: string, inode: number): string {
  return `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000  0 ${inode} 1 0000000000000000 100 0 0 10 0`;
}

const port = fc.integer({ min: 0, max: 65_535 });
const hexPort = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
const bytes = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });

describe('parseProcNetTcp', () => {
  test('reads a line of a real table', () => {
    const real =
      '   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 23456 1 000000002c7ff41a 100 0 0 10 0';
    expect(parseProcNetTcp(`${HEADER}\n${real}\n`)).toEqual([
      {
        state: 'listening',
        local_address: '127.0.0.1',
        local_port: 5432,
        remote_address: '0.0.0.0',
        remote_port: 0,
        inode: 23456,
      },
    ]);
  });

  test('gives back any IPv4 socket', () => {
    fc.assert(
      fc.property(bytes(4), port, bytes(4), port, (local, localPort, remote, remotePort) => {
        const text = line(
          `${kernelHex(local)}:${hexPort(localPort)}`,
          `${kernelHex(remote)}:${hexPort(remotePort)}`,
          '01',
          7,
        );
        expect(parseProcNetTcp(`${HEADER}\n${text}\n`)).toEqual([
          {
            state: 'established',
            local_address: local.join('.'),
            local_port: localPort,
            remote_address: remote.join('.'),
            remote_port: remotePort,
            inode: 7,
          },
        ]);
      }),
    );
  });

  test('gives back any IPv6 address, one that carries IPv4 as IPv4', () => {
    fc.assert(
      fc.property(fc.oneof(bytes(16), bytes(4).map(mapped)), (address) => {
        const text = line(`${kernelHex(address)}:0050`, `${'0'.repeat(32)}:0000`, '0A', 7);
        const groups = Array.from({ length: 8 }, (_, at) =>
          Buffer.from(address)
            .readUInt16BE(at * 2)
            .toString(16),
        );
        const [socket] = parseProcNetTcp(`${HEADER}\n${text}\n`);
        expect(socket?.local_address).toBe(canonicalAddress(groups.join(':')));
      }),
    );
  });

  test('leaves out other states and connections that nobody has accepted', () => {
    const closing = line('0100007F:0050', '0100007F:C000', '06', 0);
    const waiting = line('0100007F:0050', '0100007F:C001', '01', 0);
    expect(parseProcNetTcp(`${HEADER}\n${closing}\n${waiting}\n`)).toEqual([]);
  });

  test('fails on a line of another form, since part of a table must not pass for all of it', () => {
    expect(() => parseProcNetTcp(`${HEADER}\n   0: 0100007F:1538 00000\n`)).toThrow(
      expect.objectContaining({ code: 'unreadable_socket_table' }),
    );
  });
});

function mapped(ipv4: number[]): number[] {
  return [...Array<number>(10).fill(0), 255, 255, ...ipv4];
}
