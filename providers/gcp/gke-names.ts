import { fullName } from './resource-name.ts';

/**
 * The full name of a cluster. It is put together, because a zonal cluster's `selfLink` says `zones`
 * where other APIs say `locations`.
 */
export function clusterName(
  project: string,
  location: string | null,
  name: string | null,
): string | null {
  return location && name
    ? fullName('container', `projects/${project}/locations/${location}/clusters/${name}`)
    : null;
}

/** The full name of a node pool, below its cluster's. */
export function nodePoolName(cluster: string | null, name: string | null): string | null {
  return cluster && name ? `${cluster}/nodePools/${name}` : null;
}
