import { z } from 'zod';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, listOf, text, textAt, texts } from '../fields.ts';
import {
  GROUPS_A_PAGE,
  type MemberCall,
  nameIn,
  placeRequest,
  withMembers,
} from '../group-members.ts';
import { computeKey, dnsKey, privateIpKey, publicIpKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { oneOf, refer, referByKey } from '../refer.ts';
import { computeName, fullName, partOf, pathOf, placeOf } from '../resource-name.ts';

const record = z.object({
  id: text,
  name: z.string(),
  selfLink: z.string(),
  description: text,
  networkEndpointType: text,
  network: text,
  subnetwork: text,
  defaultPort: count,
  size: count,
  cloudRun: z.object({ service: text }).nullish(),
  cloudFunction: z.object({ function: text }).nullish(),
  pscTargetService: text,
  creationTimestamp: instant,
  members: listOf(
    z.object({
      networkEndpoint: z
        .object({ instance: text, ipAddress: text, fqdn: text, port: count })
        .nullish(),
    }),
  ),
  deniedReads: texts,
});
type NetworkEndpointGroup = z.infer<typeof record>;

const READ_MEMBERS = 'compute.networkEndpointGroups.get';

export const resourceType = defineResourceType({
  name: 'gcp_compute_network_endpoint_group',
  provider: 'gcp',
  ci_types: ['resource_group'],
  summary: 'A group of endpoints behind a load balancer: instances, pods, addresses, or a service.',
  permissions: [
    'compute.networkEndpointGroups.list',
    'compute.globalNetworkEndpointGroups.list',
    'compute.regionNetworkEndpointGroups.list',
    READ_MEMBERS,
    'compute.globalNetworkEndpointGroups.get',
    'compute.regionNetworkEndpointGroups.get',
  ],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const list = {
      service: 'NetworkEndpointGroupsClient',
      collection: 'networkEndpointGroups',
      page_size: GROUPS_A_PAGE,
    } as const;
    const page = await aggregatedPage(gcp, list, pageToken, signal);
    return withMembers(gcp, page, endpointsCall, READ_MEMBERS, signal);
  },

  record,
  nativeId: (raw) => computeName(textAt(raw, 'selfLink')),

  toItem: (group, scope) => ({
    ci_type: 'resource_group',
    name: group.name,
    display_name: group.name,
    ...placeOf(pathOf(group.selfLink)),
    external_id: pathOf(group.selfLink),
    ...described({}, [group.name, scope.account]),
    attributes: {
      network_endpoint_group_id: group.id,
      description: group.description,
      endpoint_type: group.networkEndpointType?.toLowerCase() ?? null,
      network: pathOf(group.network),
      subnetwork: pathOf(group.subnetwork),
      default_port: group.defaultPort,
      size: group.size,
      psc_target_service: group.pscTargetService,
      creation_time: group.creationTimestamp,
      denied_reads: group.deniedReads,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    /** An instance, or whatever else has the endpoint's address or name. */
    has_member: { type: 'depends_on', target: 'gcp_compute_instance', spread: 'forward' },
    runs_service: { type: 'depends_on', target: 'gcp_run_service', spread: 'forward' },
    runs_function: { type: 'depends_on', target: 'gcp_function', spread: 'forward' },
  },
  references: (group) => [
    ...refer('in_network', group.network),
    ...refer('in_subnet', group.subnetwork),
    ...group.members.flatMap(({ networkEndpoint }) =>
      networkEndpoint ? memberReference(networkEndpoint, group) : [],
    ),
    ...referByKey('runs_service', serverlessName(group, 'run', group.cloudRun?.service)),
    ...referByKey(
      'runs_function',
      serverlessName(group, 'cloudfunctions', group.cloudFunction?.function),
    ),
  ],
  volatile: ['attributes.size'],
});

type Endpoint = NonNullable<NetworkEndpointGroup['members'][number]['networkEndpoint']>;
type MemberReference = Reference<'has_member'>;

/** By its instance where it names one; a pod's endpoint names its node so. */
function memberReference(endpoint: Endpoint, group: NetworkEndpointGroup): MemberReference[] {
  const { instance, ipAddress, fqdn, port } = endpoint;
  const rest = {
    ...oneOf(pathOf(group.selfLink) ?? group.selfLink),
    ...(port !== null && { attributes: { port } }),
  };
  if (instance) {
    const path = pathOf(group.selfLink) ?? '';
    const url = pathOf(instance)
      ? instance
      : `projects/${partOf(path, 'projects')}/zones/${partOf(path, 'zones')}/instances/${instance}`;
    return refer('has_member', url, rest);
  }
  if (fqdn) return referByKey('has_member', dnsKey(fqdn), rest);
  if (!ipAddress) return [];
  const isPublic = group.networkEndpointType === 'INTERNET_IP_PORT';
  if (isPublic) return referByKey('has_member', publicIpKey(ipAddress), rest);
  return referByKey('has_member', group.network && privateIpKey(group.network, ipAddress), rest);
}

/** What a serverless group runs is in its project and region, and named without them. */
function serverlessName(
  { selfLink }: NetworkEndpointGroup,
  api: keyof typeof SERVERLESS_COLLECTIONS,
  name: string | null | undefined,
): string | null {
  const path = pathOf(selfLink);
  const [project, region] = [partOf(path, 'projects'), partOf(path, 'regions')];
  if (!name || !project || !region) return null;
  const collection = SERVERLESS_COLLECTIONS[api];
  return fullName(api, `projects/${project}/locations/${region}/${collection}/${name}`);
}

const SERVERLESS_COLLECTIONS = { run: 'services', cloudfunctions: 'functions' } as const;

/** Groups of these types have no endpoints to list. */
const WITHOUT_ENDPOINTS: ReadonlySet<string> = new Set(['SERVERLESS', 'PRIVATE_SERVICE_CONNECT']);

function endpointsCall(path: string, group: unknown): MemberCall | null {
  if (WITHOUT_ENDPOINTS.has(textAt(group, 'networkEndpointType') ?? '')) return null;
  const request = { ...placeRequest(path), networkEndpointGroup: nameIn(path) };
  const method = 'listNetworkEndpoints';
  if (partOf(path, 'zones')) {
    const body = { networkEndpointGroupsListEndpointsRequestResource: {} };
    return { service: 'NetworkEndpointGroupsClient', method, request: { ...request, ...body } };
  }
  return partOf(path, 'regions')
    ? { service: 'RegionNetworkEndpointGroupsClient', method, request }
    : { service: 'GlobalNetworkEndpointGroupsClient', method, request };
}
