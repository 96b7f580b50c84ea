import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, listOf, text, textAt, texts } from '../fields.ts';
import {
  GROUPS_A_PAGE,
  type MemberCall,
  nameIn,
  placeRequest,
  withMembers,
} from '../group-members.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { oneOf, refer } from '../refer.ts';
import { computeName, partOf, pathOf, placeOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_instance_group',
  provider: 'gcp',
  ci_types: ['resource_group'],
  summary: 'A group of instances, zonal or regional, managed or not, with its members.',
  permissions: ['compute.instanceGroups.list', 'compute.instanceGroups.get'],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const list = {
      service: 'InstanceGroupsClient',
      collection: 'instanceGroups',
      page_size: GROUPS_A_PAGE,
    } as const;
    const page = await aggregatedPage(gcp, list, pageToken, signal);
    return withMembers(gcp, page, membersCall, 'compute.instanceGroups.get', signal);
  },

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    network: text,
    subnetwork: text,
    size: count,
    namedPorts: listOf(z.object({ name: text, port: count })),
    creationTimestamp: instant,
    members: listOf(z.object({ instance: text, status: text })),
    deniedReads: texts,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'resource_group',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      instance_group_id: record.id,
      description: record.description,
      network: pathOf(record.network),
      subnetwork: pathOf(record.subnetwork),
      size: record.size,
      named_ports: record.namedPorts
        .map(({ name, port }) => ({ name, port }))
        .sort((a, b) => (a.port ?? 0) - (b.port ?? 0)),
      creation_time: record.creationTimestamp,
      denied_reads: record.deniedReads,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    has_member: { type: 'depends_on', target: 'gcp_compute_instance', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_network', record.network),
    ...refer('in_subnet', record.subnetwork),
    ...record.members.flatMap(({ instance }) =>
      refer('has_member', instance, oneOf(pathOf(record.selfLink) ?? record.selfLink)),
    ),
  ],
  // It moves with every scaling; the members are what counts.
  volatile: ['attributes.size'],
});

function membersCall(path: string): MemberCall {
  const request = { ...placeRequest(path), instanceGroup: nameIn(path) };
  const method = 'listInstances';
  return partOf(path, 'zones')
    ? {
        service: 'InstanceGroupsClient',
        method,
        request: { ...request, instanceGroupsListInstancesRequestResource: {} },
      }
    : {
        service: 'RegionInstanceGroupsClient',
        method,
        request: { ...request, regionInstanceGroupsListInstancesRequestResource: {} },
      };
}
