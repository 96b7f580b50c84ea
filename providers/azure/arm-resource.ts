import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import type { Reference, RelationDeclaration } from '../../model/resource-type.ts';
import { text } from './fields.ts';
import { refer } from './refer.ts';
import { canonicalId, resourceGroupId, resourceGroupName } from './resource-id.ts';
import { described, tagMap } from './tags.ts';

/** The fields that every resource of the Resource Manager has. */
export const armFields = { id: z.string(), name: z.string(), location: text, tags: tagMap };

interface ArmRecord {
  id: string;
  name: string;
  location: string | null;
  tags: Record<string, string>;
}

/**
 * The fields of an item that every resource tells. What people read keeps its case; the id does
 * not, since Azure answers the same one in changing case.
 */
export function armItem({ id, name, location, tags }: ArmRecord) {
  return {
    name,
    display_name: name,
    region: regionOf(location),
    external_id: canonicalId(id),
    ...described(tags, [name, resourceGroupName(id)]),
  };
}

/** A region as the APIs name it; App Service answers `West Europe` for `westeurope`. */
export function regionOf(location: string | null): string | null {
  return location?.toLowerCase().replaceAll(' ', '') ?? null;
}

/**
 * The zone of something that stands in one, as Kubernetes labels its nodes: `westeurope-1`. Null
 * for what stands in several, or in none.
 */
export function zoneOf(location: string | null, zones: readonly string[]): string | null {
  const [zone, ...others] = zones;
  return zone === undefined || others.length > 0 ? null : `${regionOf(location)}-${zone}`;
}

/** Azure deletes a resource with its group. */
export const IN_GROUP = {
  type: 'part_of',
  target: 'azure_resource_group',
  spread: 'forward',
} as const satisfies RelationDeclaration;

export function inGroup({ id }: { id: string }): Reference<'in_group'>[] {
  return refer('in_group', resourceGroupId(id));
}

/**
 * Every provisioning state that Resource Manager and the network, compute, cache and container
 * services name, and what it is here. It is the outcome of the last change, not the health.
 */
const PROVISIONING_STATES: Readonly<Record<string, CiStatus>> = {
  accepted: 'planned',
  canceled: 'failed',
  configuringaad: 'under_maintenance',
  creating: 'planned',
  deleting: 'under_maintenance',
  disabled: 'inactive',
  failed: 'failed',
  inprogress: 'planned',
  linking: 'under_maintenance',
  migrating: 'under_maintenance',
  provisioning: 'planned',
  recoveringscalefailure: 'under_maintenance',
  resolvingdns: 'planned',
  running: 'active',
  scaling: 'under_maintenance',
  starting: 'under_maintenance',
  stopping: 'under_maintenance',
  succeeded: 'active',
  unlinking: 'under_maintenance',
  unprovisioning: 'under_maintenance',
  updating: 'under_maintenance',
  upgrading: 'under_maintenance',
};

export function provisioned(state: string | null): CiStatus {
  return PROVISIONING_STATES[state?.toLowerCase() ?? ''] ?? 'active';
}
