import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { HostClient } from '../client.ts';
import { networkInterfaceSchema } from '../network-interfaces.ts';
import { hostKey, hostPartsSchema } from '../record-parts.ts';

export const resourceType = defineResourceType({
  name: 'host_network_interface',
  provider: 'host',
  ci_types: ['network_interface'],
  summary: "A machine's network interface; loopback and the cables of its containers are left out.",
  permissions: [],
  level: 'account',
  listPage: async (client: HostClient) => ({
    records: await client.interfaces(),
    next_page_token: null,
  }),
  record: z.object({
    ...networkInterfaceSchema.shape,
    ...hostPartsSchema.shape,
    owns_mac: z.boolean(),
  }),
  nativeId: (record, scope) => {
    const named = z.object({ name: z.string() }).safeParse(record);
    return named.success ? `${scope.account}/interface/${named.data.name}` : null;
  },

  toItem: (record) => ({
    ci_type: 'network_interface',
    name: record.name,
    display_name: `${record.name} of ${record.hostname}`,
    status: record.is_up ? 'active' : 'inactive',
    environment: record.environment,
    environment_source: record.environment_source,
    ip_address: record.addresses[0] ?? null,
    hostname: record.hostname,
    attributes: {
      mac_address: record.mac,
      addresses: record.addresses,
      mtu: record.mtu,
      speed_mbit_per_second: record.speed_mbit_per_second,
      type: record.type,
      is_virtual: record.is_virtual,
      is_default: record.is_default,
    },
  }),

  // The IP addresses are keys of the server: who talks to an address talks to the machine.
  keys: ({ name, mac, owns_mac }, scope) => [
    `${hostKey(scope.account)}/interface/${name}`,
    ...(mac !== null && owns_mac ? [`mac:${scope.account}/${mac}`] : []),
  ],
  relations: {
    part_of_server: { type: 'part_of', target: 'host_server', spread: 'forward' },
  },
  references: (_record, scope) => [{ relation: 'part_of_server', key: hostKey(scope.account) }],
  volatile: [],
});
