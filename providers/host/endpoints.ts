import { type PortRoles, portRoles } from './port-identity.ts';
import { interpreterName } from './program-name.ts';
import { groupPrograms, type Program } from './programs.ts';
import type { OsProcess, ProcessSnapshot, TcpSocket } from './snapshot.ts';
import { type Recognised, recogniseByPort } from './software.ts';

/** Programs that are one item: they have the same identity on this machine. */
export interface Endpoint {
  /** Unique on the machine, the same after a restart of the program or of the machine. */
  native_part: string;
  label: string;
  recognised: Recognised | null;
  unit: string | null;
  /** Every process of it; empty where this user may not see who owns its sockets. */
  processes: OsProcess[];
  listening: TcpSocket[];
  established: TcpSocket[];
  ports: PortRoles;
}

interface SocketOwner {
  program: Program | null;
  listening: TcpSocket[];
  established: TcpSocket[];
}

/**
 * Makes the items out of processes and their sockets: every program that listens on TCP or holds
 * a connection.
 *
 * Identity, the first that applies: `unit/<unit>`, `<label>/<port>` of a listener, `<label>` of a
 * mere client. Several of one identity (two shells' `curl`) are one item. A listening socket whose
 * owner this user may not see is an item too, told by its port, for it is there; a connection
 * whose owner may not be seen belongs to nobody that could be named.
 */
export function findEndpoints(snapshot: ProcessSnapshot): Endpoint[] {
  const programs = groupPrograms(snapshot.processes);
  const owners = new Map<Program | number, SocketOwner>();
  for (const socket of snapshot.sockets) {
    const program = ownerOf(socket, programs);
    if (program === null && socket.state === 'established') continue;
    const key = program ?? socket.local_port;
    const owner = owners.get(key) ?? { program, listening: [], established: [] };
    owner[socket.state].push(socket);
    owners.set(key, owner);
  }
  const endpoints = new Map<string, Endpoint>();
  for (const owner of owners.values()) {
    const endpoint = toEndpoint(owner, snapshot);
    const same = endpoints.get(endpoint.native_part);
    endpoints.set(endpoint.native_part, same ? merge(same, endpoint, snapshot) : endpoint);
  }
  return [...endpoints.values()].sort((a, b) => (a.native_part < b.native_part ? -1 : 1));
}

/**
 * Of several programs that share a socket, the one that began first opened it and the others got
 * it handed down – unless that is the init process, which opens sockets for those it starts.
 */
function ownerOf(socket: TcpSocket, programs: ReadonlyMap<number, Program>): Program | null {
  const owners = socket.owner_pids.flatMap((pid) => programs.get(pid) ?? []);
  owners.sort((a, b) => a.root.pid - b.root.pid);
  const INIT_PID = 1;
  return owners.find(({ root }) => root.pid !== INIT_PID) ?? owners[0] ?? null;
}

function toEndpoint({ program, listening, established }: SocketOwner, snapshot: ProcessSnapshot) {
  const portsInUse = listening.map((socket) => socket.local_port);
  // A program with a name of its own is not guessed at; one that is just `java` or unseen is.
  const isNameless =
    program === null || (program.unit_part === null && interpreterName(program.label) !== null);
  const recognised = program?.recognised ?? (isNameless ? recogniseByPort(portsInUse) : null);
  const label = recognised?.software.product ?? program?.label ?? 'tcp';
  const ports = portRoles(portsInUse, recognised?.software.ports ?? [], snapshot.ephemeral_ports);
  const byPort = ports.identity === null ? label : `${label}/${ports.identity}`;
  return {
    native_part: program?.unit_part ?? byPort,
    label,
    recognised,
    unit: program?.unit_part ? program.root.unit : null,
    processes: program?.processes ?? [],
    listening,
    established,
    ports,
  } satisfies Endpoint;
}

function merge(first: Endpoint, second: Endpoint, snapshot: ProcessSnapshot): Endpoint {
  const listening = [...first.listening, ...second.listening];
  // Within a unit the known product speaks for the whole.
  const recognised = first.recognised ?? second.recognised;
  return {
    ...first,
    label: recognised?.software.product ?? first.label,
    recognised,
    processes: [...first.processes, ...second.processes],
    listening,
    established: [...first.established, ...second.established],
    ports: portRoles(
      listening.map((socket) => socket.local_port),
      recognised?.software.ports ?? [],
      snapshot.ephemeral_ports,
    ),
  };
}
