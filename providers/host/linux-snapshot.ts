import { readFile } from 'node:fs/promises';
import { errnoOf } from './errors.ts';
import { readLinuxProcesses, readLinuxSystem } from './linux-processes.ts';
import { type KernelSocket, parseProcNetTcp } from './proc-net.ts';
import type { ProcessSnapshot, TcpSocket } from './snapshot.ts';

/**
 * Reads processes and sockets from `/proc`.
 *
 * systeminformation is not asked here: it runs `netstat` or `ss` and gives an empty list, not an
 * error, where neither is installed, and it names one process of those that share a socket, so
 * that a forked worker could be taken for the server.
 *
 * The socket table is read before and after the processes: a socket whose owner was not found and
 * that is gone afterwards belonged to a process that ended meanwhile, and is left out.
 */
export async function readLinuxSnapshot(): Promise<ProcessSnapshot> {
  const before = await readSocketTables();
  const found = await readLinuxProcesses(await readLinuxSystem());
  const stillThere = new Set((await readSocketTables()).map((socket) => socket.inode));

  const owners = new Map<number, number[]>();
  for (const { process, socket_inodes } of found) {
    for (const inode of socket_inodes ?? []) {
      const pids = owners.get(inode);
      if (pids) pids.push(process.pid);
      else owners.set(inode, [process.pid]);
    }
  }
  const sockets: TcpSocket[] = [];
  for (const { inode, ...socket } of before) {
    const ownerPids = owners.get(inode);
    if (ownerPids || stillThere.has(inode)) {
      sockets.push({ ...socket, owner_pids: [...new Set(ownerPids)] });
    }
  }
  return {
    processes: found.map(({ process }) => process),
    sockets,
    ephemeral_ports: await readEphemeralPorts(),
    has_hidden_owners: found.some(({ socket_inodes }) => socket_inodes === null),
  };
}

async function readSocketTables(): Promise<KernelSocket[]> {
  const ipv4 = parseProcNetTcp(await readFile('/proc/net/tcp', 'utf8'));
  return [...ipv4, ...parseProcNetTcp(await readIpv6Table())];
}

/** The table is not there on a kernel without IPv6, which then has no IPv6 sockets. */
async function readIpv6Table(): Promise<string> {
  try {
    return await readFile('/proc/net/tcp6', 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

async function readEphemeralPorts(): Promise<ProcessSnapshot['ephemeral_ports']> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const [first = 32_768, last = 60_999] = range.trim().split(/\s+/).map(Number);
  return { first, last };
}
