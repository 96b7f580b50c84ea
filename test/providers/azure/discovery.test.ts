import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import {
  type AzureEstate,
  type Listed,
  listAll,
  SUBSCRIPTION,
  startAzureEstate,
} from './azure-estate.ts';

const FILES = await readdir(new URL('../../../providers/azure/resources/', import.meta.url));
const TYPES = FILES.map((file) => file.replace(/\.ts$/, '').replaceAll('-', '_')).sort();

let estate: AzureEstate;
let types: ReadonlyMap<string, AnyResourceType>;
const found = new Map<string, Listed[]>();

beforeAll(async () => {
  estate = await startAzureEstate();
  types = (await loadRegistry()).get('azure')?.resourceTypes ?? new Map();
});
afterAll(() => estate?.close());

describe.each(TYPES)('%s', (name) => {
  test('is listed over several pages, with the permissions it names and no other', async () => {
    const type = types.get(name);
    if (!type) throw new Error(`${name} is not registered`);
    await estate.resetStatistics();
    const { listed, tokens } = await listAll(type);
    const { token: _token, ...operations } = (await estate.statistics()).operations;
    found.set(name, listed);
    expect(listed.length).toBeGreaterThan(0);
    expect(Object.keys(operations).sort()).toEqual([...type.permissions].sort());
    const ids = listed.map(({ native_id }) => native_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(null);
    // A subscription is read, not listed; everything else goes on after the first page.
    if (name !== 'azure_subscription') expect(tokens.length).toBeGreaterThan(0);
  });

  test('goes on at a token of another client, after every page', async () => {
    const type = types.get(name);
    if (!type) throw new Error(`${name} is not registered`);
    const { listed, tokens } = await listAll(type);
    const ids = listed.map(({ native_id }) => native_id);
    for (const from of [tokens[0], tokens.at(-1)]) {
      if (from === undefined) continue;
      const rest = (await listAll(type, { from })).listed.map(({ native_id }) => native_id);
      expect(rest.length).toBeGreaterThan(0);
      expect(rest.length).toBeLessThan(ids.length);
      expect(rest).toEqual(ids.slice(-rest.length));
    }
  });
});

test('no key has two owners', () => {
  const owners = new Map<string, string>();
  const shared: string[] = [];
  for (const { keys, native_id } of [...found.values()].flat()) {
    for (const key of keys) {
      const other = owners.get(key);
      if (other !== undefined && other !== native_id) shared.push(`${key}: ${other}, ${native_id}`);
      owners.set(key, String(native_id));
    }
  }
  expect(shared).toEqual([]);
});

test('references lead to what is listed, whatever the case in which Azure writes an id', () => {
  const owners = new Map<string, string>();
  for (const [name, listed] of found) {
    for (const { keys } of listed) for (const key of keys) owners.set(key, name);
  }
  const edges = new Set<string>();
  const lost = new Set<string>();
  for (const [name, listed] of found) {
    for (const { relation, key } of listed.flatMap(({ references }) => references)) {
      const target = owners.get(key);
      if (target === undefined) lost.add(`${name} ${relation}`);
      else edges.add(`${name} ${relation} ${target}`);
    }
  }
  // Images are no type of ours.
  expect([...lost]).toEqual(['azure_vm_scale_set made_from']);
  expect([...edges]).toEqual(
    expect.arrayContaining([
      'azure_aks_agent_pool in_cluster azure_aks_cluster',
      'azure_aks_agent_pool in_subnet azure_subnet',
      'azure_aks_cluster nodes_in azure_resource_group',
      'azure_application_gateway has_backend azure_virtual_machine',
      'azure_load_balancer has_backend azure_network_interface',
      'azure_load_balancer has_backend azure_vm_scale_set_instance',
      'azure_load_balancer has_public_ip azure_public_ip',
      'azure_mysql_server in_subnet azure_subnet',
      'azure_mysql_server replicates azure_mysql_server',
      'azure_network_interface guarded_by azure_network_security_group',
      'azure_network_interface has_public_ip azure_public_ip',
      'azure_network_interface leads_to azure_private_endpoint',
      'azure_postgresql_server replicates azure_postgresql_server',
      'azure_private_endpoint leads_to azure_sql_server',
      'azure_resource_group in_subscription azure_subscription',
      'azure_resource_group managed_by azure_aks_cluster',
      'azure_snapshot taken_of azure_disk',
      'azure_sql_database hosted_on azure_sql_server',
      'azure_subnet routed_by azure_route_table',
      'azure_virtual_machine guarded_by azure_network_security_group',
      'azure_virtual_machine has_disk azure_disk',
      'azure_virtual_machine has_interface azure_network_interface',
      'azure_virtual_machine in_availability_set azure_availability_set',
      'azure_virtual_machine in_network azure_virtual_network',
      'azure_virtual_machine in_subnet azure_subnet',
      'azure_virtual_network peered_with azure_virtual_network',
      'azure_vm_scale_set in_agent_pool azure_aks_agent_pool',
      'azure_vm_scale_set_instance scaled_by azure_vm_scale_set',
      'azure_web_app hosted_on azure_app_service_plan',
      'azure_function_app hosted_on azure_app_service_plan',
    ]),
  );
});

test('a virtual machine is found with its power, size and addresses, joined from three lists', () => {
  const machines = found.get('azure_virtual_machine') ?? [];
  const first = machines.find(({ item }) => item.name === 'vm-0');
  expect(first?.native_id).toBe(
    `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-0/providers/microsoft.compute/virtualmachines/vm-0`,
  );
  expect(first?.item).toMatchObject({
    ci_type: 'azure_vm',
    display_name: 'vm-0',
    status: 'active',
    region: 'westeurope',
    availability_zone: 'westeurope-1',
    environment: 'production',
    environment_source: 'tag:environment',
    team: 'payments',
    hostname: 'vm-0',
    ip_address: '10.0.0.4',
    os_type: 'linux',
    os_version: '24.04',
    disk_gb: 64,
    mac_addresses: ['00:0d:3a:00:00:00'],
    attributes: {
      power_state: 'running',
      image: 'Canonical:ubuntu-24_04-lts:server:24.04.202601150',
      denied_reads: [],
    },
  });
  expect(first?.keys).toContain(
    `ip:/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-0/providers/microsoft.network/virtualnetworks/vnet-0/10.0.0.4`,
  );
  const sizes = new Map(
    machines.map(({ item }) => [item.attributes.vm_size, 'cpu_cores' in item && item.cpu_cores]),
  );
  for (const [size, cores] of sizes) expect(cores).toBe(size === 'Standard_D4s_v5' ? 4 : 2);
});

test('a node of a scale set has the id by which Kubernetes knows it', () => {
  const [first] = found.get('azure_vm_scale_set_instance') ?? [];
  const providerId = `azure:///subscriptions/${SUBSCRIPTION}/resourceGroups/mc_rg_aks-0_westeurope/providers/Microsoft.Compute/virtualMachineScaleSets/aks-pool0-0-vmss/virtualMachines/0`;
  expect(first?.keys).toContain(providerId.slice('azure://'.length).toLowerCase());
  expect(first?.item).toMatchObject({
    ci_type: 'azure_vm',
    status: 'active',
    cpu_cores: 4,
    memory_gb: 16,
    attributes: { instance_id: '0', power_state: 'running' },
  });
});

test('databases are found under each of their servers, without the system’s', () => {
  const servers = found.get('azure_sql_server') ?? [];
  const databases = found.get('azure_sql_database') ?? [];
  expect(databases.length).toBe(servers.length * 4);
  expect(databases.map(({ item }) => item.name)).not.toContain('master');
  expect(databases[0]?.item).toMatchObject({
    ci_type: 'database',
    storage_gb: 32,
    connection_string: expect.stringMatching(
      /^sqlserver:\/\/sql-0+-\d+\.database\.windows\.net:1433\/database-1$/,
    ),
  });
});

test('the members of a pool stand in for each other', () => {
  const [balancer] = found.get('azure_load_balancer') ?? [];
  const backends = balancer?.references.filter(({ relation }) => relation === 'has_backend') ?? [];
  expect(backends.length).toBeGreaterThan(1);
  const pool = `${balancer?.native_id}/backendaddresspools/all`;
  for (const one of backends) expect(one).toMatchObject({ redundancy_group: pool, min_up: 1 });
});

test('a cluster counts the nodes, CPU and memory of its pools', () => {
  const [cluster] = found.get('azure_aks_cluster') ?? [];
  expect(cluster?.item).toMatchObject({
    k8s_version: '1.34.4',
    node_count: 10,
    master_count: 0,
    total_cpu_cores: 40,
    total_memory_gb: 160,
    autoscaling_enabled: true,
  });
});
