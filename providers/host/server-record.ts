import { arch, cpus, totalmem } from 'node:os';
import si from 'systeminformation';
import { z } from 'zod';
import { type BlockDevice, totalDiskBytes } from './block-devices.ts';
import { cloudInstanceSchema, readCloudInstance } from './cloud-instance.ts';
import type { MachineIdentity } from './machine.ts';
import {
  type NetworkInterface,
  networkInterfaceSchema,
  reachableAddresses,
} from './network-interfaces.ts';
import { gigabytes, hostPartsSchema } from './record-parts.ts';

/** What is read of the machine as a whole. Nothing in it moves while the machine just runs. */
export const serverRecordSchema = hostPartsSchema.extend({
  fqdn: z.string().nullable(),
  ip_address: z.string().nullable(),
  /** The private network of its addresses, where somebody named it. */
  network: z.string().nullable(),
  reachable_addresses: z.array(z.string()),
  cpu_cores: z.int().positive(),
  physical_cpu_cores: z.int().positive().nullable(),
  cpu_model: z.string().nullable(),
  memory_gb: z.number(),
  disk_gb: z.number(),
  os_type: z.string(),
  os_version: z.string().nullable(),
  kernel_version: z.string().nullable(),
  architecture: z.string(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  serial_number: z.string().nullable(),
  is_virtual: z.boolean(),
  hypervisor: z.string().nullable(),
  /** Of the machine, also where the worker is in a container on it. */
  cloud_instance: cloudInstanceSchema.nullable(),
  in_container: z.boolean(),
  interfaces: z.array(networkInterfaceSchema),
  installed_packages: z.array(z.string()),
  running_services: z.array(z.string()),
});
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** Node's names of platforms in the contract's. */
const OS_TYPES: Readonly<Record<string, string>> = { win32: 'windows' };

/** Reads the machine, given the parts that other resource types read too. */
export async function readServer(
  identity: MachineIdentity,
  network: string | null,
  interfaces: readonly NetworkInterface[],
  devices: readonly BlockDevice[],
): Promise<
  Omit<
    ServerRecord,
    'environment' | 'environment_source' | 'installed_packages' | 'running_services'
  >
> {
  const [system, os, cpu] = [await si.system(), await si.osInfo(), await si.cpu()];
  const defaultInterface = interfaces.find(({ is_default }) => is_default);
  const addresses = reachableAddresses(interfaces);
  return {
    hostname: identity.hostname,
    // A name without a domain is the host name again, not a fully qualified one.
    fqdn: os.fqdn.includes('.') ? os.fqdn : null,
    ip_address: defaultInterface?.addresses[0] ?? addresses[0] ?? null,
    network,
    reachable_addresses: addresses.sort(),
    cpu_cores: cpus().length,
    physical_cpu_cores: cpu.physicalCores || null,
    cpu_model: told(`${cpu.manufacturer} ${cpu.brand}`),
    memory_gb: gigabytes(totalmem()),
    disk_gb: gigabytes(totalDiskBytes(devices)),
    os_type: OS_TYPES[process.platform] ?? process.platform,
    os_version: told(`${told(os.distro) ?? ''} ${told(os.release) ?? ''}`),
    kernel_version: told(os.kernel),
    architecture: arch(),
    manufacturer: told(system.manufacturer),
    model: told(system.model),
    serial_number: told(system.serial),
    is_virtual: system.virtual,
    hypervisor: told(system.virtualHost ?? ''),
    cloud_instance: await readCloudInstance(),
    in_container: identity.in_container,
    interfaces: [...interfaces],
  };
}

/** What firmware leaves empty or fills with a placeholder is not known. */
function told(text: string): string | null {
  const trimmed = text.trim();
  return /^(-|unknown|none|default string|to be filled.*|not specified|system serial number)?$/i.test(
    trimmed,
  )
    ? null
    : trimmed;
}
