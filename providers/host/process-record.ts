import { z } from 'zod';
import { addressScope, socketName } from './addresses.ts';
import { type Connections, connectionsOf } from './connections.ts';
import type { Endpoint } from './endpoints.ts';
import { type FindListener, type OwnAddresses, socketKeys } from './listeners.ts';
import { interpreterName } from './program-name.ts';
import { hostKey, hostPartsSchema } from './record-parts.ts';

const processCiType = z.enum(['service', 'database', 'cache', 'application']);
const portSchema = z.int().min(0).max(65_535);

/**
 * What is known of a program, as it leaves this machine's reading. There is no place in it for
 * command-line arguments or environment values, which hold secrets.
 */
export const processRecordSchema = hostPartsSchema.extend({
  native_part: z.string().min(1),
  ci_type: processCiType,
  name: z.string().min(1),
  product: z.string().nullable(),
  identified_by: z.enum(['executable', 'title', 'main_class', 'unit', 'port']).nullable(),
  db_type: z.string().nullable(),
  scheme: z.string().nullable(),
  unit: z.string().nullable(),
  executable: z.string().nullable(),
  user: z.string().nullable(),
  owner_visible: z.boolean(),
  port: portSchema.nullable(),
  /** Socket addresses on chosen ports, sorted: `127.0.0.1:5432`. */
  listening: z.array(z.string()),
  listens_beyond_loopback: z.boolean(),
  ephemeral_ports: z.array(portSchema),
  socket_keys: z.array(z.string()),
  pids: z.array(z.int()),
  started_at: z.string().nullable(),
  network_connections: z.array(
    z.object({
      remote_ip: z.string(),
      port: portSchema,
      protocol: z.literal('tcp'),
      connection_count: z.int(),
    }),
  ),
  inbound_connection_count: z.int(),
  peers: z.array(
    z.object({
      key: z.string(),
      /** The class of a peer on this machine; null for one elsewhere, of which nothing is known. */
      ci_type: processCiType.nullable(),
      port: portSchema,
      connection_count: z.int(),
    }),
  ),
});
export type ProcessRecord = z.infer<typeof processRecordSchema>;

/** The key of a program, by which the clients on its machine refer to it. */
export function processKey(machineId: string, nativePart: string): string {
  return `${hostKey(machineId)}/process/${nativePart}`;
}

/** Gives an endpoint the form in which its resource type reads it; its environment comes later. */
export function toProcessRecord(
  endpoint: Endpoint,
  findListener: FindListener,
  own: OwnAddresses,
): Omit<ProcessRecord, keyof z.infer<typeof hostPartsSchema>> {
  const { recognised, processes, ports, listening } = endpoint;
  const connections = connectionsOf(endpoint, findListener, own);
  const stable = listening.filter(({ local_port }) => ports.stable.includes(local_port));
  const names = stable.map((socket) => socketName(socket.local_address, socket.local_port));
  const first = [...processes].sort((a, b) => a.pid - b.pid)[0];
  const main = processes.find((process) => process.title !== null) ?? first;
  return {
    native_part: endpoint.native_part,
    ci_type: ciTypeOf(endpoint),
    name: nameOf(endpoint),
    product: recognised?.software.product ?? null,
    identified_by: recognised?.identified_by ?? null,
    db_type: recognised?.software.db_type ?? null,
    scheme: recognised?.software.scheme ?? null,
    unit: endpoint.unit,
    executable: main?.executable ?? null,
    user: first?.user ?? null,
    owner_visible: processes.length > 0,
    port: ports.identity,
    listening: [...new Set(names)].sort(),
    listens_beyond_loopback: stable.some(
      ({ local_address }) => addressScope(local_address) !== 'loopback',
    ),
    ephemeral_ports: ports.ephemeral,
    socket_keys: socketKeys(endpoint, findListener, own),
    pids: processes.map(({ pid }) => pid).sort((a, b) => a - b),
    started_at: first?.started_at ?? null,
    network_connections: connections.outbound,
    inbound_connection_count: connections.inbound_connection_count,
    peers: toPeers(connections, own.machine_id),
  };
}

/** What listens serves, as what the rules say or as a service; a mere client is an application. */
function ciTypeOf({ recognised, listening }: Endpoint): ProcessRecord['ci_type'] {
  if (listening.length === 0) return 'application';
  return recognised?.software.ci_type ?? 'service';
}

/**
 * A unit and a program with a title are called by that; what many machines and ports have in
 * common – a product, an interpreter, an unseen owner – by its port as well: `node:8200`.
 */
function nameOf({ unit, label, recognised, ports, native_part }: Endpoint): string {
  if (unit !== null && native_part === `unit/${unit}`) return unit.replace(/\.service$/, '');
  const isGeneric = recognised !== null || interpreterName(label) !== null || label === 'tcp';
  return isGeneric && ports.identity !== null ? `${label}:${ports.identity}` : label;
}

function toPeers({ peers }: Connections, machineId: string): ProcessRecord['peers'] {
  return peers
    .map(({ target, port, connection_count }) => ({
      key: typeof target === 'string' ? target : processKey(machineId, target.native_part),
      ci_type: typeof target === 'string' ? null : ciTypeOf(target),
      port,
      connection_count,
    }))
    .sort((a, b) => (a.key === b.key ? a.port - b.port : a.key < b.key ? -1 : 1));
}
