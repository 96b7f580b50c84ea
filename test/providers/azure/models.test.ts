import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SyntheticSubscription } from '../../../bench/synthetic/azure/estate.ts';
import { AZURE_LISTINGS } from '../../../bench/synthetic/azure/provider.ts';
import { estateSchema } from '../../../bench/synthetic/options.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import { type AzureEstate, listAll, SUBSCRIPTION, startAzureEstate } from './azure-estate.ts';

/*
 * The synthetic Resource Manager against the models of the SDK, which are made from the descriptions
 * of the very versions of the API that it asks for: they keep what they know and drop the rest. So a
 * value that left the wire and did not arrive stands in a field that Azure does not have.
 */

/** Lists whose records arrive as those of one resource type, each as it left. */
const LIST_OF: Readonly<Record<string, string>> = {
  azure_aks_cluster: 'microsoft.containerservice/managedclusters',
  azure_app_service_plan: 'microsoft.web/serverfarms',
  azure_application_gateway: 'microsoft.network/applicationgateways',
  azure_availability_set: 'microsoft.compute/availabilitysets',
  azure_disk: 'microsoft.compute/disks',
  azure_load_balancer: 'microsoft.network/loadbalancers',
  azure_mysql_server: 'microsoft.dbformysql/flexibleservers',
  azure_nat_gateway: 'microsoft.network/natgateways',
  azure_network_interface: 'microsoft.network/networkinterfaces',
  azure_network_security_group: 'microsoft.network/networksecuritygroups',
  azure_postgresql_server: 'microsoft.dbforpostgresql/flexibleservers',
  azure_private_endpoint: 'microsoft.network/privateendpoints',
  azure_public_ip: 'microsoft.network/publicipaddresses',
  azure_redis_cache: 'microsoft.cache/redis',
  azure_resource_group: 'resourcegroups',
  azure_route_table: 'microsoft.network/routetables',
  azure_snapshot: 'microsoft.compute/snapshots',
  azure_sql_server: 'microsoft.sql/servers',
  azure_storage_account: 'microsoft.storage/storageaccounts',
  azure_virtual_machine: 'microsoft.compute/virtualmachines',
  azure_virtual_network: 'microsoft.network/virtualnetworks',
  azure_vm_scale_set: 'microsoft.compute/virtualmachinescalesets',
  azure_web_app: 'microsoft.web/sites',
};
const OPTIONS = { resources: 0, page_size: 50 };
const synthetic = new SyntheticSubscription(estateSchema.parse({ azure: OPTIONS }), SUBSCRIPTION);

let estate: AzureEstate;
let types: ReadonlyMap<string, AnyResourceType>;
beforeAll(async () => {
  estate = await startAzureEstate(OPTIONS);
  types = (await loadRegistry()).get('azure')?.resourceTypes ?? new Map();
});
afterAll(() => estate?.close());

test.each(Object.entries(LIST_OF))('%s arrives whole', async (name, list) => {
  const { listed } = await listAll(types.get(name) ?? {});
  expect(listed.length).toBeGreaterThan(0);
  const call = { epoch: 0, query: new URLSearchParams(), owner: null };
  const listing = AZURE_LISTINGS[list];
  const sent = Array.from({ length: listing?.count(synthetic, call) ?? 0 }, (_, index) =>
    listing?.one(synthetic, index, call),
  );
  for (const { raw, native_id } of listed) {
    const left = sent.find((one) => (one as { id: string }).id.toLowerCase() === native_id);
    const arrived = new Set(leavesOf(raw));
    expect(leavesOf(JSON.parse(JSON.stringify(left))).filter((leaf) => !arrived.has(leaf))).toEqual(
      [],
    );
  }
});

/** Every value with the name of its field, which models write in their own case. */
function leavesOf(value: unknown, name = ''): string[] {
  if (value instanceof Date) return [`${name} ${value.toISOString()}`];
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, name));
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([field, one]) => leavesOf(one, nameOf(field)));
  }
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) {
    return [`${name} ${new Date(value).toISOString()}`];
  }
  return value === undefined || value === null ? [] : [`${name} ${value}`];
}

/** Fields that the SDK calls otherwise than the wire. */
const RENAMED: Readonly<Record<string, string>> = {
  supportshttpstrafficonly: 'enablehttpstrafficonly',
};
function nameOf(field: string): string {
  const name = field.toLowerCase();
  return RENAMED[name] ?? name;
}
