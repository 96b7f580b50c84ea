import type { ComputeListing } from './compute.ts';
import { type Kind, MADE, type SyntheticProject } from './estate.ts';

const MEMBERS_OF_GROUP = 5;

/** The instances of a group: as many from its place on, dealt out in turn. */
export function membersOf(project: SyntheticProject, group: number): string[] {
  const instances = project.count('instances');
  // One of each zone would not be a zonal group's: steps of the number of zones stay in one.
  const step = project.zones.length;
  const members = Array.from({ length: MEMBERS_OF_GROUP }, (_, n) => group + n * step);
  return members
    .filter((index) => index < instances)
    .map((index) => project.zonal('instances', index));
}

function within(project: SyntheticProject, kind: Kind, index: number): number {
  return index % project.count(kind);
}

/** Forwarding rule → proxy → URL map → back end → groups, each of its place in the list. */
export const LOAD_BALANCING: Partial<Record<Kind, ComputeListing>> = {
  forwardingRules: {
    place: 'global',
    one: (project, index) => ({
      // Two rules share an address: one for HTTP and one for HTTPS.
      IPAddress: `203.0.${(index >> 9) & 255}.${(index >> 1) & 255}`,
      IPProtocol: 'TCP',
      portRange: index % 2 === 0 ? '80-80' : '443-443',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      networkTier: 'PREMIUM',
      target:
        index % 2 === 0
          ? project.global('targetHttpProxies', within(project, 'targetHttpProxies', index))
          : project.global('targetHttpsProxies', within(project, 'targetHttpsProxies', index)),
      creationTimestamp: MADE,
    }),
  },
  targetHttpProxies: { place: 'global', one: toUrlMap },
  targetHttpsProxies: {
    place: 'global',
    one: (project, index) => ({
      ...toUrlMap(project, index),
      sslCertificates: [project.global('sslCertificates', index)],
    }),
  },
  targetTcpProxies: { place: 'global', one: toBackend },
  targetSslProxies: { place: 'global', one: toBackend },
  targetGrpcProxies: { place: 'global', one: toUrlMap },
  urlMaps: {
    place: 'global',
    one: (project, index) => ({
      defaultService: project.global('backendServices', within(project, 'backendServices', index)),
      hostRules: [{ hosts: [`shop-${index}.example.org`], pathMatcher: 'shop' }],
      pathMatchers: [
        {
          name: 'shop',
          defaultService: project.global(
            'backendServices',
            within(project, 'backendServices', index),
          ),
          pathRules: [
            {
              paths: ['/assets/*'],
              service: project.global('backendBuckets', within(project, 'backendBuckets', index)),
            },
          ],
        },
      ],
      creationTimestamp: MADE,
    }),
  },
  backendServices: {
    place: 'global',
    one: (project, index) => ({
      protocol: 'HTTP',
      port: 80,
      portName: 'http',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      timeoutSec: 30,
      enableCDN: false,
      backends: [
        {
          group: project.zonal('instanceGroups', within(project, 'instanceGroups', index)),
          balancingMode: 'UTILIZATION',
        },
        {
          group: project.zonal(
            'networkEndpointGroups',
            within(project, 'networkEndpointGroups', index),
          ),
          balancingMode: 'RATE',
        },
      ],
      creationTimestamp: MADE,
    }),
  },
  backendBuckets: {
    place: 'global',
    one: (project, index) => ({
      bucketName: `${project.id}-buckets-${within(project, 'buckets', index)}`,
      enableCdn: true,
      creationTimestamp: MADE,
    }),
  },
  targetPools: {
    place: 'regional',
    one: (project, index) => ({ instances: membersOf(project, index), creationTimestamp: MADE }),
  },
  instanceGroups: {
    place: 'zonal',
    one: (project, index) => ({
      network: project.networkOf(project.subnetworkIndexOf(index)),
      subnetwork: project.subnetworkOf(index),
      size: membersOf(project, index).length,
      namedPorts: [{ name: 'http', port: 80 }],
      creationTimestamp: MADE,
    }),
  },
  instanceGroupManagers: {
    place: 'zonal',
    one: (project, index) => ({
      instanceGroup: project.zonal('instanceGroups', within(project, 'instanceGroups', index)),
      instanceTemplate: project.global('instanceTemplates', index),
      baseInstanceName: 'web',
      targetSize: MEMBERS_OF_GROUP,
      status: { isStable: true },
      creationTimestamp: MADE,
    }),
  },
  networkEndpointGroups: {
    place: 'zonal',
    one: (project, index) => ({
      networkEndpointType: 'GCE_VM_IP_PORT',
      network: project.networkOf(project.subnetworkIndexOf(index)),
      subnetwork: project.subnetworkOf(index),
      defaultPort: 8080,
      size: membersOf(project, index).length,
      creationTimestamp: MADE,
    }),
  },
};

function toUrlMap(project: SyntheticProject, index: number) {
  return {
    urlMap: project.global('urlMaps', within(project, 'urlMaps', index)),
    creationTimestamp: MADE,
  };
}

function toBackend(project: SyntheticProject, index: number) {
  return {
    service: project.global('backendServices', within(project, 'backendServices', index)),
    creationTimestamp: MADE,
  };
}
