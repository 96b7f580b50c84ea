import { z } from 'zod';
import { amount, flag, link, listOf, text } from './fields.ts';

/*
 * Parts that virtual machines and the instances of scale sets have alike. Of `osProfile` only the
 * host name is read: it has fields for passwords, keys and start-up data.
 */

export const storageProfile = z
  .object({
    imageReference: z
      .object({ id: text, publisher: text, offer: text, sku: text, exactVersion: text })
      .nullish(),
    osDisk: z.object({ osType: text, name: text, diskSizeGB: amount, managedDisk: link }).nullish(),
    dataDisks: listOf(
      z.object({ lun: z.int().nullish(), name: text, diskSizeGB: amount, managedDisk: link }),
    ),
  })
  .nullish();
type StorageProfile = z.infer<typeof storageProfile>;

export const osProfile = z
  .object({ computerName: text })
  .nullish()
  .transform((value) => value?.computerName ?? null);

export const networkProfile = z
  .object({ networkInterfaces: listOf(z.object({ id: text })) })
  .nullish()
  .transform((value) => value?.networkInterfaces.flatMap(({ id }) => id ?? []) ?? []);

/** What is read of a network interface of the machine, which another list tells. */
export const machineInterface = z.object({
  id: z.string(),
  primary: flag,
  macAddress: text,
  networkSecurityGroup: link,
  ipConfigurations: listOf(
    z.object({ privateIPAddress: text, primary: flag, subnet: link, publicIPAddress: link }),
  ),
});
export type MachineInterface = z.infer<typeof machineInterface>;

/** Of its size, from the catalogue. */
export const size = z.object({ vcpus: amount, memory_gb: amount }).nullish();

/** `canonical:ubuntu-24_04-lts:server:24.04.202601150`, or the id of an own image. */
export function imageName(storage: StorageProfile): string | null {
  const { id = null, publisher, offer, sku, exactVersion } = storage?.imageReference ?? {};
  const parts = [publisher, offer, sku, exactVersion].filter(Boolean);
  return parts.length > 0 ? parts.join(':') : id;
}

/** The id of an own image or gallery version; images of the market place are no resources. */
export function imageId(storage: StorageProfile): string | null {
  return storage?.imageReference?.id ?? null;
}

/** Of all its disks; null where no size is known, as while it is deallocated. */
export function diskGb(storage: StorageProfile): number | null {
  const sizes = [storage?.osDisk, ...(storage?.dataDisks ?? [])].flatMap(
    (disk) => disk?.diskSizeGB ?? [],
  );
  return sizes.length === 0 ? null : sizes.reduce((sum, one) => sum + one, 0);
}

/** Its managed disks with the place at which the machine has them. */
export function disksOf(storage: StorageProfile): Array<{ id: string; device: string }> {
  const osDisk = storage?.osDisk?.managedDisk;
  return [
    ...(osDisk ? [{ id: osDisk, device: 'os' }] : []),
    ...(storage?.dataDisks ?? []).flatMap(({ managedDisk, lun }) =>
      managedDisk ? [{ id: managedDisk, device: `lun ${lun ?? '?'}` }] : [],
    ),
  ];
}
