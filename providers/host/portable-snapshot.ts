import si, { type Systeminformation } from 'systeminformation';
import { canonicalAddress } from './addresses.ts';
import { HostError } from './errors.ts';
import { entryPoint, interpreterName, processTitle, programFile } from './program-name.ts';
import type { OsProcess, ProcessSnapshot, TcpSocket } from './snapshot.ts';

/** IANA's range, which macOS and Windows use. */
const EPHEMERAL_PORTS = { first: 49_152, last: 65_535 };

type SiProcess = Pick<
  Systeminformation.ProcessesProcessData,
  'pid' | 'parentPid' | 'name' | 'command' | 'params' | 'path' | 'user' | 'started'
>;
type SiConnection = Pick<
  Systeminformation.NetworkConnectionsData,
  'protocol' | 'localAddress' | 'localPort' | 'peerAddress' | 'peerPort' | 'state' | 'pid'
>;

/**
 * Reads processes and sockets where there is no `/proc`: macOS and Windows.
 *
 * systeminformation answers with empty lists when the tools that it runs fail. This process runs
 * and is connected, so an empty list is a failed reading, not an empty machine.
 */
export async function readPortableSnapshot(): Promise<ProcessSnapshot> {
  const { list } = await si.processes();
  const connections = await si.networkConnections();
  if (list.length === 0 || connections.length === 0) {
    throw new HostError({
      kind: 'transient',
      code: 'no_process_list',
      message: 'The operating system listed no processes or no connections.',
    });
  }
  return toPortableSnapshot(list, connections);
}

/** The part without the machine, so that it can be tested anywhere. */
export function toPortableSnapshot(
  processes: readonly SiProcess[],
  connections: readonly SiConnection[],
): ProcessSnapshot {
  const sockets = connections.flatMap((connection) => toSocket(connection) ?? []);
  return {
    processes: processes.map(toProcess),
    sockets,
    ephemeral_ports: EPHEMERAL_PORTS,
    has_hidden_owners: sockets.some((socket) => socket.owner_pids.length === 0),
  };
}

function toProcess(process: SiProcess): OsProcess {
  const executable = programFile(process.path) ?? programFile(process.command || process.name);
  const title = processTitle(process.name, executable, process.command);
  const interpreter = executable === null ? null : interpreterName(executable);
  const started = new Date(process.started.replace(' ', 'T'));
  return {
    pid: process.pid,
    parent_pid: process.parentPid,
    started_at: Number.isNaN(started.getTime()) ? null : started.toISOString(),
    executable,
    title,
    entry_point:
      interpreter && title === null ? entryPoint(interpreter, process.params.split(' ')) : null,
    unit: null,
    user: process.user || null,
  };
}

function toSocket(connection: SiConnection): TcpSocket | null {
  if (!connection.protocol.toLowerCase().startsWith('tcp')) return null;
  const isListening = /^LISTEN/i.test(connection.state);
  if (!isListening && !/^ESTAB/i.test(connection.state)) return null;
  const wildcard = /6$/.test(connection.protocol) ? '::' : '0.0.0.0';
  const address = (text: string) => (text === '*' ? wildcard : canonicalAddress(text));
  return {
    state: isListening ? 'listening' : 'established',
    local_address: address(connection.localAddress),
    local_port: Number(connection.localPort),
    remote_address: isListening ? wildcard : address(connection.peerAddress),
    remote_port: isListening ? 0 : Number(connection.peerPort),
    owner_pids: connection.pid ? [connection.pid] : [],
  };
}
