import { z } from 'zod';
import { count, flag, instant, listOf, text, texts } from './fields.ts';
import { labelMap } from './labels.ts';

const accessConfig = z.object({ natIP: text });

const networkInterface = z.object({
  name: text,
  network: text,
  subnetwork: text,
  networkIP: text,
  ipv6Address: text,
  nicType: text,
  accessConfigs: listOf(accessConfig),
  ipv6AccessConfigs: listOf(z.object({ externalIpv6: text })),
});

const attachedDisk = z.object({
  source: text,
  deviceName: text,
  boot: flag,
  type: text,
  diskSizeGb: count,
  licenses: listOf(z.string()),
  guestOsFeatures: listOf(z.object({ type: text })),
});

/** The fields that are asked for: metadata holds start-up scripts and keys, and up to 512 KB. */
export const INSTANCE_FIELDS = [
  'id',
  'name',
  'selfLink',
  'status',
  'machineType',
  'hostname',
  'creationTimestamp',
  'lastStartTimestamp',
  'cpuPlatform',
  'deletionProtection',
  'canIpForward',
  'labels',
  'tags/items',
  'scheduling(preemptible,provisioningModel)',
  'serviceAccounts/email',
  'guestAccelerators',
  'networkInterfaces(name,network,subnetwork,networkIP,ipv6Address,nicType,' +
    'accessConfigs/natIP,ipv6AccessConfigs/externalIpv6)',
  'disks(source,deviceName,boot,type,diskSizeGb,licenses,guestOsFeatures)',
];

/** What is read of an instance. */
export const instanceRecordSchema = z.object({
  id: text,
  name: z.string(),
  selfLink: z.string(),
  status: text,
  machineType: text,
  hostname: text,
  creationTimestamp: instant,
  lastStartTimestamp: instant,
  cpuPlatform: text,
  deletionProtection: flag,
  canIpForward: flag,
  labels: labelMap,
  tags: z.object({ items: texts }).nullish(),
  scheduling: z.object({ preemptible: flag, provisioningModel: text }).nullish(),
  serviceAccounts: listOf(z.object({ email: text })),
  guestAccelerators: listOf(z.object({ acceleratorType: text, acceleratorCount: count })),
  networkInterfaces: listOf(networkInterface),
  disks: listOf(attachedDisk),
  /** Of its machine type, from the catalogue or the type's name; missing where neither tells. */
  machineSize: z.object({ vcpus: count, memory_mb: count }).nullish(),
  /** Paths of the firewall rules that are for it by tag or service account. */
  firewalls: texts,
  deniedReads: texts,
});
export type InstanceRecord = z.infer<typeof instanceRecordSchema>;
