import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, listOf, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { fullName, pathOf, placeOf } from '../resource-name.ts';

const router = z.object({
  selfLink: z.string(),
  network: text,
  nats: z.array(z.unknown()).nullish(),
});

export const resourceType = defineResourceType({
  name: 'gcp_compute_router_nat',
  provider: 'gcp',
  ci_types: ['network_gateway'],
  summary:
    'A Cloud NAT gateway, which its router carries; the subnetworks and addresses it serves.',
  permissions: ['compute.routers.list'],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const list = {
      service: 'RoutersClient',
      collection: 'routers',
      fields: ['selfLink,network,nats'],
    } as const;
    const page = await aggregatedPage(gcp, list, pageToken, signal);
    const records = page.records.flatMap((record) => {
      const read = router.safeParse(record);
      // A record without an id, which the pipeline rejects and tells of.
      if (!read.success) return [record];
      const { selfLink, network, nats } = read.data;
      return (nats ?? []).map((nat) => ({ ...(nat as object), router: selfLink, network }));
    });
    return { ...page, records };
  },

  record: z.object({
    name: z.string(),
    router: z.string(),
    network: text,
    type: text,
    natIpAllocateOption: text,
    natIps: texts,
    sourceSubnetworkIpRangesToNat: text,
    subnetworks: listOf(z.object({ name: text })),
    minPortsPerVm: count,
    maxPortsPerVm: count,
    enableDynamicPortAllocation: flag,
    logConfig: z.object({ enable: flag }).nullish(),
  }),

  nativeId(record) {
    const path = natPath(textAt(record, 'router'), textAt(record, 'name'));
    return path && fullName('compute', path);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.router)),
    external_id: natPath(record.router, record.name),
    ...described({}, [record.name, scope.account]),
    attributes: {
      router: pathOf(record.router),
      network: pathOf(record.network),
      nat_type: record.type?.toLowerCase() ?? 'public',
      ip_allocation: record.natIpAllocateOption?.toLowerCase() ?? null,
      nat_addresses: record.natIps.flatMap((url) => pathOf(url) ?? []),
      source_ranges: record.sourceSubnetworkIpRangesToNat?.toLowerCase() ?? null,
      min_ports_per_vm: record.minPortsPerVm,
      max_ports_per_vm: record.maxPortsPerVm,
      dynamic_port_allocation: record.enableDynamicPortAllocation,
      logging: record.logConfig?.enable ?? false,
    },
  }),

  keys(record) {
    const path = natPath(record.router, record.name);
    return path ? [computeKey(path), fullName('compute', path)] : [];
  },

  relations: {
    on_router: { type: 'part_of', target: 'gcp_compute_router', spread: 'forward' },
    // What stands in them loses its way out.
    serves_subnet: { type: 'connects_to', target: 'gcp_compute_subnetwork', spread: 'reverse' },
    has_address: { type: 'uses', target: 'gcp_compute_address', spread: 'forward' },
  },
  references: (record) => [
    ...refer('on_router', record.router),
    ...record.subnetworks.flatMap(({ name }) => refer('serves_subnet', name)),
    ...record.natIps.flatMap((url) => refer('has_address', url)),
  ],
  volatile: [],
});

/** The API has no name for it: it is a part of its router, and named below it here. */
function natPath(routerName: string | null, name: string | null): string | null {
  const path = pathOf(routerName);
  return path && name && `${path}/nats/${name}`;
}
