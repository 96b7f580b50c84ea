import { endianness } from 'node:os';
import { canonicalAddress } from './addresses.ts';
import { HostError } from './errors.ts';
import type { TcpSocket } from './snapshot.ts';

/** A socket as the kernel's table has it; its owner is found by the inode. */
export type KernelSocket = Omit<TcpSocket, 'owner_pids'> & { inode: number };

const STATES: Readonly<Record<string, TcpSocket['state']>> = {
  '01': 'established',
  '0A': 'listening',
};

/**
 * Reads `/proc/net/tcp` or `/proc/net/tcp6` (proc_net_tcp in the kernel's documentation), sockets
 * that listen or are established only. A connection with inode 0 waits to be accepted: nobody has
 * it yet, so it is left out.
 *
 * @throws {HostError} `unreadable_socket_table` for a line of another form: part of a table must
 *   not pass for all of it
 */
export function parseProcNetTcp(table: string): KernelSocket[] {
  const sockets: KernelSocket[] = [];
  for (const line of table.split('\n').slice(1)) {
    if (line.trim() === '') continue;
    const [, local, remote, stateCode = '', , , , , , inode] = line.trim().split(/\s+/);
    const [localAddress, localPort] = parseEndpoint(local);
    const [remoteAddress, remotePort] = parseEndpoint(remote);
    if (!/^\d+$/.test(inode ?? '')) throw unreadable(line);
    const state = STATES[stateCode];
    if (!state || inode === '0') continue;
    sockets.push({
      state,
      local_address: localAddress,
      local_port: localPort,
      remote_address: remoteAddress,
      remote_port: remotePort,
      inode: Number(inode),
    });
  }
  return sockets;
}

function parseEndpoint(text = ''): [address: string, port: number] {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text);
  if (!match?.[1] || !match[2]) throw unreadable(text);
  return [parseAddress(match[1]), Number.parseInt(match[2], 16)];
}

/** The kernel prints each 32-bit word of an address as a number, in the machine's byte order. */
function parseAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  return canonicalAddress(groups.join(':'));
}

function unreadable(text: string): HostError {
  return new HostError({
    kind: 'permanent',
    code: 'unreadable_socket_table',
    message: `The kernel's table of TCP sockets has a line of an unknown form: ${text.trim()}`,
  });
}
