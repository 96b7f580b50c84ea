import { z } from 'zod';
import type { GcpClient } from './client.ts';
import { count } from './fields.ts';
import { page } from './pages.ts';
import { readDetail } from './read-detail.ts';
import { lastPart, partOf, pathOf } from './resource-name.ts';

/** What a machine type has. */
export interface MachineSize {
  vcpus: number | null;
  memory_mb: number | null;
}

export interface Catalogue {
  /** By the type's name; a type that the catalogue does not know is not in it. */
  sizes: ReadonlyMap<string, MachineSize>;
  /** The permission that was missing to read it. */
  denied: string | null;
}

/** Names in one filter, which must stay within a URL. */
const NAMES_A_CALL = 40;

/** The shared cores of `e2-custom-micro-…`: "E2 machine series" gives each two vCPUs to burst to. */
const SHARED_CORES: Readonly<Record<string, number>> = { micro: 2, small: 2, medium: 2 };

/**
 * The size that the name of a custom machine type says (`custom-4-8192`, `n2-custom-6-20480-ext`,
 * `e2-custom-small-4096`): vCPUs and MiB. The catalogue has no custom types. Null for any other.
 */
export function customSize(type: string): MachineSize | null {
  const match = /^(?:[a-z0-9]+-)?custom-(?<cores>\d+|micro|small|medium)-(?<mb>\d+)(?:-ext)?$/.exec(
    type,
  );
  if (!match?.groups) return null;
  const { cores = '', mb = '' } = match.groups;
  return { vcpus: SHARED_CORES[cores] ?? Number(cores), memory_mb: Number(mb) };
}

const machineType = z.object({ name: z.string(), guestCpus: count, memoryMb: count });

/**
 * Looks up the machine types of instances; each is asked for once a slice.
 *
 * A type is the same in every zone, so it is asked for by name in one zone that has an instance of
 * it. The aggregated catalogue has every type once a zone – tens of thousands of entries, more than
 * a hundred pages – of which an estate uses a few dozen.
 *
 * @param types URLs of machine types, as instances name them
 */
export async function machineSizes(
  gcp: GcpClient,
  types: readonly string[],
  signal: AbortSignal,
): Promise<Catalogue> {
  const sizes = await gcp.memo('machine-sizes', async () => new Map<string, MachineSize>());
  const unknown = new Map<string, Set<string>>();
  const asked = new Set<string>();
  for (const type of types) {
    const name = lastPart(type);
    if (!name || sizes.has(name) || asked.has(name)) continue;
    asked.add(name);
    const custom = customSize(name);
    if (custom) sizes.set(name, custom);
    const zone = partOf(pathOf(type), 'zones');
    if (!custom && zone) unknown.set(zone, (unknown.get(zone) ?? new Set()).add(name));
  }
  for (const [zone, names] of unknown) {
    const wanted = [...names].sort();
    for (let start = 0; start < wanted.length; start += NAMES_A_CALL) {
      const some = wanted.slice(start, start + NAMES_A_CALL);
      const { denied } = await readDetail('compute.machineTypes.list', () =>
        addSizes(gcp, zone, some, sizes, signal),
      );
      if (denied !== null) return { sizes, denied };
    }
  }
  return { sizes, denied: null };
}

async function addSizes(
  gcp: GcpClient,
  zone: string,
  names: readonly string[],
  sizes: Map<string, MachineSize>,
  signal: AbortSignal,
): Promise<void> {
  let pageToken: string | null = null;
  do {
    const answer = z
      .object({ items: z.array(machineType).nullish(), nextPageToken: z.string().nullish() })
      .parse(
        await gcp.call(
          { library: 'compute', service: 'MachineTypesClient', method: 'list' },
          {
            project: gcp.project,
            zone,
            filter: names.map((name) => `(name = "${name}")`).join(' OR '),
            maxResults: 500,
            ...(pageToken !== null && { pageToken }),
          },
          signal,
        ),
      );
    for (const { name, guestCpus, memoryMb } of answer.items ?? []) {
      sizes.set(name, { vcpus: guestCpus, memory_mb: memoryMb });
    }
    pageToken = page([], answer.nextPageToken).next_page_token;
  } while (pageToken !== null);
}
