import { z } from 'zod';
import type { ObservedItemInput } from '../../../model/configuration-item.ts';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import type { HostClient } from '../client.ts';
import { type ProcessRecord, processKey, processRecordSchema } from '../process-record.ts';
import { hostKey } from '../record-parts.ts';

type RelationName = 'hosted_on' | 'communicates_with' | 'depends_on' | 'uses';

/** The contract's measure of how strongly two items communicate. */
const CONNECTIONS_PER_WEIGHT = 100;

export const resourceType = defineResourceType({
  name: 'host_process',
  provider: 'host',
  ci_types: ['service', 'database', 'cache', 'application'],
  summary:
    'A program that listens on TCP or holds a connection, with all of its processes, read from the process and socket tables.',
  permissions: ['root, to see the sockets of other users'],
  level: 'account',
  listPage: async (client: HostClient) => {
    const { records, incomplete_reason } = await client.processes();
    return { records, next_page_token: null, ...(incomplete_reason && { incomplete_reason }) };
  },
  record: processRecordSchema,
  nativeId: (record, scope) => {
    const told = z.object({ native_part: z.string().min(1) }).safeParse(record);
    return told.success ? `${scope.account}/process/${told.data.native_part}` : null;
  },
  toItem,
  keys: (record, scope) => [processKey(scope.account, record.native_part), ...record.socket_keys],
  relations: {
    hosted_on: { type: 'hosted_on', target: 'host_server', spread: 'forward' },
    communicates_with: {
      type: 'communicates_with',
      target: 'host_process',
      spread: 'none',
      measured: true,
    },
    depends_on: { type: 'depends_on', target: 'host_process', spread: 'forward' },
    uses: { type: 'uses', target: 'host_process', spread: 'forward', weight: 0.8 },
  },
  references: (record, scope) => [
    { relation: 'hosted_on', key: hostKey(scope.account) },
    ...record.peers.map(communication),
    ...dependencies(record),
  ],
  volatile: [
    'attributes.pids',
    'attributes.process_count',
    'attributes.started_at',
    'attributes.ephemeral_ports',
    'attributes.network_connections',
    'attributes.inbound_connection_count',
  ],
});

function toItem(record: ProcessRecord): ObservedItemInput {
  const described = {
    name: record.name,
    display_name: `${record.name} on ${record.hostname}`,
    environment: record.environment,
    environment_source: record.environment_source,
    hostname: record.hostname,
    attributes: {
      product: record.product,
      identified_by: record.identified_by,
      unit: record.unit,
      executable: record.executable,
      user: record.user,
      owner_visible: record.owner_visible,
      port: record.port,
      listening: record.listening,
      ephemeral_ports: record.ephemeral_ports,
      pids: record.pids,
      process_count: record.pids.length,
      started_at: record.started_at,
      network_connections: record.network_connections,
      inbound_connection_count: record.inbound_connection_count,
    },
  };
  if (record.ci_type !== 'database') return { ci_type: record.ci_type, ...described };
  const host = record.listens_beyond_loopback ? record.hostname : 'localhost';
  return {
    ci_type: 'database',
    ...described,
    db_type: record.db_type,
    db_engine: record.product,
    port: record.port,
    connection_string: record.scheme && `${record.scheme}://${host}:${record.port}`,
  };
}

function communication(peer: ProcessRecord['peers'][number]): Reference<RelationName> {
  const { key, port, connection_count } = peer;
  return {
    relation: 'communicates_with',
    key,
    discriminator: `tcp/${port}`,
    weight: connection_count / CONNECTIONS_PER_WEIGHT,
    attributes: { port, protocol: 'tcp', connection_count },
  };
}

/** One dependency on each listener of this machine, on however many ports they talk. */
function dependencies({ peers }: ProcessRecord): Reference<RelationName>[] {
  const relations = new Map<string, 'depends_on' | 'uses'>();
  for (const { key, ci_type } of peers) {
    if (ci_type !== null) relations.set(key, ci_type === 'cache' ? 'uses' : 'depends_on');
  }
  return [...relations].map(([key, relation]) => ({ relation, key }));
}
