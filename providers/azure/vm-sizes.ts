import type { ResourceSku } from '@azure/arm-compute';
import { regionOf } from './arm-resource.ts';
import type { AzureClient } from './client.ts';
import { listAllPages } from './paging.ts';
import { readDetail } from './read-detail.ts';

/** What Azure's catalogue says of a size. */
export interface VmSize {
  vcpus: number | null;
  memory_gb: number | null;
}

export interface SizeCatalogue {
  /** Null for a size that the region does not know. */
  sizeOf(location: string | null | undefined, size: string | null | undefined): VmSize | null;
  /** The permission that was missing to read it. */
  denied: string | null;
}

export const SIZES_PERMISSION = 'Microsoft.Compute/skus/read';

/**
 * The sizes of machines in these regions; each region's catalogue is read once a slice.
 *
 * By region, not all at once: the whole catalogue is tens of megabytes, that of one region some two.
 */
export async function vmSizes(
  azure: AzureClient,
  locations: ReadonlyArray<string | undefined>,
  signal: AbortSignal,
): Promise<SizeCatalogue> {
  const catalogues = new Map<string, ReadonlyMap<string, VmSize>>();
  let denied: string | null = null;
  for (const location of new Set(locations.map((one) => regionOf(one ?? null)))) {
    if (location === null) continue;
    const sizes = await azure.memo(`sizes in ${location}`, () =>
      readDetail(SIZES_PERMISSION, () => sizesIn(azure, location, signal)),
    );
    denied ??= sizes.denied;
    if (sizes.value) catalogues.set(location, sizes.value);
  }
  return {
    sizeOf: (location, size) =>
      catalogues.get(regionOf(location ?? null) ?? '')?.get(size?.toLowerCase() ?? '') ?? null,
    denied,
  };
}

async function sizesIn(
  azure: AzureClient,
  location: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VmSize>> {
  const pages = (await azure.service('compute')).resourceSkus.list({
    filter: `location eq '${location}'`,
  });
  const skus = await listAllPages(pages, signal);
  return new Map(
    skus
      .filter(({ resourceType }) => resourceType === 'virtualMachines')
      .map((sku) => [sku.name?.toLowerCase() ?? '', sizeFrom(sku)]),
  );
}

/** A size with constrained cores (`Standard_E4-2s_v5`) is billed as four and gives two. */
function sizeFrom({ capabilities = [] }: ResourceSku): VmSize {
  const numberOf = (name: string) => {
    const value = Number(capabilities.find((one) => one.name === name)?.value ?? Number.NaN);
    return Number.isNaN(value) ? null : value;
  };
  return {
    vcpus: numberOf('vCPUsAvailable') ?? numberOf('vCPUs'),
    memory_gb: numberOf('MemoryGB'),
  };
}
