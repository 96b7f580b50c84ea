import { hash32, pick } from '../random.ts';
import { type Kind, MADE, nameOf, type SyntheticProject } from './estate.ts';
import { LOAD_BALANCING } from './load-balancing.ts';

/** JSON as an API answers it. */
export type Body = Record<string, unknown>;

/** A list of Compute Engine: where each item is, and what else it says. */
export interface ComputeListing {
  readonly place: 'zonal' | 'regional' | 'global';
  readonly one: (project: SyntheticProject, index: number, epoch: number) => Body;
}

export const MACHINE_TYPES: Readonly<Record<string, Body>> = {
  'e2-medium': { guestCpus: 2, memoryMb: 4096 },
  'n2-standard-4': { guestCpus: 4, memoryMb: 16_384 },
  'c3-highmem-8': { guestCpus: 8, memoryMb: 65_536 },
};
/** In no catalogue. */
const CUSTOM_TYPE = 'n2-custom-6-20480';
const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const TEAMS = ['payments', 'search', 'platform', 'data', 'mobile'] as const;
const NETWORK_TAGS = ['web', 'api', 'batch', 'internal'] as const;

export function labels(project: SyntheticProject, kind: Kind, index: number, epoch: number): Body {
  return {
    environment: pick(ENVIRONMENTS, kind, index, 'environment'),
    team: pick(TEAMS, index, 'team'),
    revision: String(project.revision(kind, index, epoch)),
  };
}

/** A number of 64 bits as text, unique for what `kind` names. */
export function numericId(kind: string, index: number): string {
  return `${1_000_000_000 + (hash32(kind) % 1_000_000_000)}${String(index).padStart(8, '0')}`;
}

function instance(project: SyntheticProject, index: number, epoch: number): Body {
  const zone = project.zoneOf(index);
  const type = pick([...Object.keys(MACHINE_TYPES), CUSTOM_TYPE], index, 'type');
  // Disks are dealt out in turn, so that what the instance and the disk say agrees.
  const attached = [];
  const [disks, instances] = [project.count('disks'), project.count('instances')];
  for (let disk = index; disk < disks; disk += instances) attached.push(disk);
  return {
    status: 'RUNNING',
    machineType: project.url(`zones/${zone}/machineTypes/${type}`),
    cpuPlatform: 'Intel Ice Lake',
    creationTimestamp: MADE,
    lastStartTimestamp: MADE,
    deletionProtection: false,
    canIpForward: false,
    labels: labels(project, 'instances', index, epoch),
    tags: { items: [pick(NETWORK_TAGS, index, 'tag')], fingerprint: 'AAAAAAAAAAA=' },
    metadata: { items: [{ key: 'startup-script', value: 'export PASSWORD=hunter2' }] },
    scheduling: { preemptible: false, provisioningModel: 'STANDARD' },
    serviceAccounts: [{ email: `web@${project.id}.iam.gserviceaccount.com` }],
    networkInterfaces: [
      {
        name: 'nic0',
        network: project.networkOf(project.subnetworkIndexOf(index)),
        subnetwork: project.subnetworkOf(index),
        networkIP: project.privateAddress(index),
      },
    ],
    disks: attached.map((disk, position) => ({
      source: project.url(`zones/${zone}/disks/${nameOf('disks', disk)}`),
      deviceName: `disk-${position}`,
      boot: position === 0,
      type: 'PERSISTENT',
      diskSizeGb: '20',
      licenses: [
        'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-12-bookworm',
      ],
    })),
  };
}

function disk(project: SyntheticProject, index: number, epoch: number): Body {
  const user = index % project.count('instances');
  const zone = project.zoneOf(user);
  const snapshots = project.count('snapshots');
  return {
    selfLink: project.url(`zones/${zone}/disks/${nameOf('disks', index)}`),
    zone: project.url(`zones/${zone}`),
    status: 'READY',
    sizeGb: '20',
    type: project.url(`zones/${zone}/diskTypes/pd-balanced`),
    users: [project.zonal('instances', user)],
    creationTimestamp: MADE,
    lastAttachTimestamp: MADE,
    // All but the last are in use.
    sourceSnapshot: project.global('snapshots', index % Math.max(snapshots - 1, 1)),
    labels: labels(project, 'disks', index, epoch),
  };
}

const VIRTUAL_MACHINES: Partial<Record<Kind, ComputeListing>> = {
  instances: { place: 'zonal', one: instance },
  disks: { place: 'zonal', one: disk },
  snapshots: {
    place: 'global',
    one: (project, index, epoch) => ({
      status: 'READY',
      diskSizeGb: '20',
      storageBytes: '1073741824',
      storageLocations: ['eu'],
      sourceDisk: project.zonal('disks', index),
      creationTimestamp: MADE,
      labels: labels(project, 'snapshots', index, epoch),
    }),
  },
};

const NETWORKING: Partial<Record<Kind, ComputeListing>> = {
  networks: {
    place: 'global',
    one: (_project, index) => ({
      description: `Network ${index}`,
      autoCreateSubnetworks: false,
      mtu: 1460,
      routingConfig: { routingMode: 'GLOBAL' },
      creationTimestamp: MADE,
    }),
  },
  subnetworks: {
    place: 'regional',
    one: (project, index) => ({
      network: project.networkOf(index),
      ipCidrRange: `10.${index % 256}.0.0/16`,
      gatewayAddress: `10.${index % 256}.0.1`,
      purpose: 'PRIVATE',
      privateIpGoogleAccess: true,
      creationTimestamp: MADE,
    }),
  },
  firewalls: {
    place: 'global',
    one: (project, index) => ({
      network: project.global('networks', index % project.count('networks')),
      direction: 'INGRESS',
      priority: 1000,
      disabled: false,
      allowed: [{ IPProtocol: 'tcp', ports: [String(8000 + (index % 100))] }],
      sourceRanges: ['10.0.0.0/8'],
      targetTags: [NETWORK_TAGS[index % NETWORK_TAGS.length]],
      creationTimestamp: MADE,
    }),
  },
  addresses: {
    place: 'regional',
    one: (_project, index) => ({
      address: `198.51.${(index >> 8) & 255}.${index & 255}`,
      addressType: 'EXTERNAL',
      networkTier: 'PREMIUM',
      status: 'RESERVED',
      creationTimestamp: MADE,
    }),
  },
  routers: {
    place: 'regional',
    one: (project, index) => ({
      network: project.networkOf(index),
      bgp: { asn: 64_512 + (index % 1000), advertiseMode: 'DEFAULT' },
      md5AuthenticationKeys: [{ name: 'office', key: 'hunter2' }],
      nats: [
        {
          name: 'out',
          natIpAllocateOption: 'AUTO_ONLY',
          sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
          subnetworks: [
            {
              name: project.regional('subnetworks', index),
              sourceIpRangesToNat: ['ALL_IP_RANGES'],
            },
          ],
        },
      ],
      creationTimestamp: MADE,
    }),
  },
};

/** Every list of Compute Engine that is generated, by its collection. */
export const COMPUTE: Partial<Record<string, ComputeListing>> = {
  ...VIRTUAL_MACHINES,
  ...NETWORKING,
  ...LOAD_BALANCING,
};

/** One item: what all have, and what its kind says. */
export function computeItem(
  project: SyntheticProject,
  kind: Kind,
  { place, one }: ComputeListing,
  index: number,
  epoch: number,
): Body {
  return {
    id: numericId(`${project.id} ${kind}`, index),
    name: nameOf(kind, index),
    selfLink: project[place](kind, index),
    ...(place === 'regional' && { region: project.url(`regions/${project.regionOf(index)}`) }),
    ...(place === 'zonal' && { zone: project.url(`zones/${project.zoneOf(index)}`) }),
    ...one(project, index, epoch),
  };
}

/** The scope that an aggregated answer shows an item in. */
export function scopeOf(item: Body): string {
  const parts = String(item.selfLink).split('/');
  const at = parts.indexOf('projects') + 2;
  return parts[at] === 'global' ? 'global' : `${parts[at]}/${parts[at + 1]}`;
}
