import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import type { Provider } from '../../../model/provider.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../../../providers/gcp/client.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import { type Listed, type Listing, listAll, PROJECT, providerAt } from './listing.ts';

const types = (await loadRegistry()).get('gcp')?.resourceTypes ?? new Map();
const names = [...types.keys()];
/** Lists that Google answers at once, or of which there is one item. */
const WITHOUT_PAGES = ['gcp_project', 'gcp_gke_cluster', 'gcp_gke_node_pool'];

let synthetic: Synthetic;
let provider: Provider<GcpClient>;
const listings = new Map<string, Listing>();

beforeAll(async () => {
  synthetic = await startSynthetic({ gcp: { resources: 400, page_size: 2 } });
  provider = providerAt(synthetic.url);
}, 60_000);
afterAll(async () => {
  await synthetic?.[Symbol.asyncDispose]();
});

/** Lists a type once, and expects that it calls nothing that its permissions do not name. */
async function listingOf(name: string): Promise<Listing> {
  const known = listings.get(name);
  if (known) return known;
  await synthetic.resetStatistics();
  const type: AnyResourceType = types.get(name);
  const listing = await listAll(type, provider);
  const { operations } = await synthetic.statistics();
  expect(type.permissions).toEqual(expect.arrayContaining(Object.keys(operations)));
  listings.set(name, listing);
  return listing;
}

test.each(names)('%s is listed to its end, over pages, with ids of its own', async (name) => {
  const { listed, pages, incomplete_reason } = await listingOf(name);
  expect(incomplete_reason).toBeNull();
  if (!WITHOUT_PAGES.includes(name)) expect(pages).toBeGreaterThan(1);
  expect(listed.length).toBeGreaterThan(0);
  const ids = listed.map(({ native_id }) => native_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a list finds what there is, no less and no more', async () => {
  const count = async (name: string) => (await listingOf(name)).listed.length;
  // The shares of the estate's 400 resources.
  expect(await count('gcp_compute_instance')).toBe(120);
  expect(await count('gcp_compute_disk')).toBe(144);
  expect(await count('gcp_compute_firewall')).toBe(12);
  // Of each of five kinds at least three.
  expect(await count('gcp_compute_target_proxy')).toBe(15);
});

describe('keys', () => {
  test('have one owner each, and every relation that is declared finds its target', async () => {
    const owners = new Map<string, Set<string>>();
    const references: Array<{ from: string; relation: string; key: string }> = [];
    for (const name of names) {
      for (const { native_id, keys, references: made } of (await listingOf(name)).listed) {
        for (const key of keys) {
          owners.set(key, (owners.get(key) ?? new Set()).add(native_id ?? ''));
        }
        references.push(...made.map(({ relation, key }) => ({ from: name, relation, key })));
      }
    }
    expect([...owners].filter(([, ids]) => ids.size > 1)).toEqual([]);
    const resolved = new Set<string>();
    const unresolved = new Set<string>();
    for (const { from, relation, key } of references) {
      (owners.has(key) ? resolved : unresolved).add(`${from} ${relation}`);
    }
    expect([...unresolved].sort()).toEqual([]);
    expect([...resolved].sort()).toEqual(
      expect.arrayContaining([
        'gcp_compute_backend_bucket serves_bucket',
        'gcp_compute_backend_service has_backend',
        'gcp_compute_disk made_from',
        'gcp_compute_firewall in_network',
        'gcp_compute_forwarding_rule sends_to',
        'gcp_compute_instance guarded_by',
        'gcp_compute_instance has_disk',
        'gcp_compute_instance in_network',
        'gcp_compute_instance in_subnet',
        'gcp_compute_instance_group has_member',
        'gcp_compute_instance_group_manager manages',
        'gcp_compute_network in_project',
        'gcp_compute_network_endpoint_group has_member',
        'gcp_compute_router_nat on_router',
        'gcp_compute_router_nat serves_subnet',
        'gcp_compute_snapshot backs_up',
        'gcp_compute_subnetwork in_network',
        'gcp_compute_target_pool has_member',
        'gcp_compute_target_proxy routed_by',
        'gcp_compute_target_proxy served_by',
        'gcp_compute_url_map routes_to',
        'gcp_function runs_on',
        'gcp_gke_node_pool has_group',
        'gcp_gke_node_pool in_cluster',
        'gcp_redis_instance in_network',
        'gcp_run_service uses_database',
        'gcp_sql_instance in_network',
        'gcp_sql_instance replicates',
        'gcp_storage_bucket in_project',
      ]),
    );
  });

  test('are spelled as Kubernetes spells a node’s and a volume’s provider id', async () => {
    const [instance] = (await listingOf('gcp_compute_instance')).listed;
    const name = instance?.item.name;
    const zone = instance?.item.availability_zone;
    expect(instance?.keys).toContain(`gcp:projects/${PROJECT}/zones/${zone}/instances/${name}`);
    const [disk] = (await listingOf('gcp_compute_disk')).listed;
    const { name: diskName, availability_zone: diskZone } = disk?.item ?? {};
    expect(disk?.keys).toContain(`gcp:projects/${PROJECT}/zones/${diskZone}/disks/${diskName}`);
  });
});

describe('an instance', () => {
  test('has CPU and memory from the catalogue, or from its name where it is a custom type', async () => {
    const { listed } = await listingOf('gcp_compute_instance');
    const sizes = new Map(
      listed.map(({ item }) => [
        item.attributes.machine_type,
        'cpu_cores' in item ? [item.cpu_cores, item.memory_gb] : null,
      ]),
    );
    expect(Object.fromEntries(sizes)).toEqual({
      'e2-medium': [2, 4],
      'n2-standard-4': [4, 16],
      'c3-highmem-8': [8, 64],
      'n2-custom-6-20480': [6, 20],
    });
  });

  test('asks for its machine types once, and for the firewall rules once', async () => {
    await synthetic.resetStatistics();
    await listAll(types.get('gcp_compute_instance'), provider);
    const { operations } = await synthetic.statistics();
    // Three types of the catalogue, of which a page of two instances shows some.
    expect(operations['compute.machineTypes.list']).toBeLessThanOrEqual(3);
    // Twelve rules, two a page.
    expect(operations['compute.firewalls.list']).toBe(6);
  });

  test('refers to the rules that are for its tag in its network, and to no other', async () => {
    const rules = (await listingOf('gcp_compute_firewall')).listed;
    const { listed } = await listingOf('gcp_compute_instance');
    const applying = ({ item }: Listed) =>
      rules
        .filter(
          (rule) =>
            rule.item.attributes.network === item.attributes.network &&
            (rule.item.attributes.target_tags as string[]).some((tag) =>
              (item.attributes.network_tags as string[]).includes(tag),
            ),
        )
        .map((rule) => `gcp:${rule.item.external_id}`)
        .sort();
    const referred = ({ references }: Listed) =>
      references.filter(({ relation }) => relation === 'guarded_by').map(({ key }) => key);
    expect(listed.map(referred)).toEqual(listed.map(applying));
    expect(listed.flatMap(referred).length).toBeGreaterThan(10);
  });
});

test('only snapshots that a disk was made from are listed', async () => {
  const disks = (await listingOf('gcp_compute_disk')).listed;
  const used = new Set(disks.map(({ item }) => item.attributes.source_snapshot));
  const { listed } = await listingOf('gcp_compute_snapshot');
  expect(new Set(listed.map(({ item }) => item.external_id))).toEqual(used);
  // The estate has eight, and uses all but the last.
  expect(listed.length).toBe(7);
});

test('the members of a group stand in for each other', async () => {
  const { listed } = await listingOf('gcp_compute_instance_group');
  const [group] = listed.filter(({ references }) => references.length > 3);
  const members = group?.references.filter(({ relation }) => relation === 'has_member') ?? [];
  expect(members.length).toBeGreaterThan(1);
  const groups = new Set(members.map(({ redundancy_group }) => redundancy_group));
  expect([...groups]).toEqual([group?.item.external_id]);
  expect(members.every(({ min_up }) => min_up === 1)).toBe(true);
});

test('an address that forwarding rules share is no rule’s key', async () => {
  const { listed } = await listingOf('gcp_compute_forwarding_rule');
  const addresses = listed.map(({ item }) => item.ip_address);
  expect(new Set(addresses).size).toBeLessThan(addresses.length);
  for (const { item, keys } of listed) {
    const isShared = addresses.filter((address) => address === item.ip_address).length > 1;
    expect(keys.includes(`ip:public/${item.ip_address}`)).toBe(!isShared);
  }
});

test('the same ranges in two projects are different networks', async () => {
  await using other = await startSynthetic({ gcp: { resources: 40, projects: ['synthetic-2'] } });
  const there = await listAll(
    types.get('gcp_compute_instance'),
    providerAt(other.url),
    'synthetic-2',
  );
  const here = await listingOf('gcp_compute_instance');
  const keysOf = ({ listed }: Listing) => listed.flatMap(({ keys }) => keys);
  const shared = keysOf(there).filter((key) => keysOf(here).includes(key));
  expect(shared).toEqual([]);
  const address = (listing: Listing) => listing.listed.map(({ item }) => item.ip_address);
  expect(address(here)).toEqual(expect.arrayContaining(address(there)));
});

test('a zone out of reach makes the list partial, and the rest of it counts', async () => {
  const zones = ['europe-west1-b', 'us-central1-a'];
  const estate = { resources: 400, zones, unreachable: ['zones/us-central1-a'] };
  await using partial = await startSynthetic({ gcp: estate });
  const { listed, incomplete_reason } = await listAll(
    types.get('gcp_compute_instance'),
    providerAt(partial.url),
  );
  expect(incomplete_reason).toContain('zones/us-central1-a');
  expect(new Set(listed.map(({ item }) => item.availability_zone))).toEqual(
    new Set(['europe-west1-b']),
  );
  expect(listed.length).toBe(60);
});
