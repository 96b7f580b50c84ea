/*
 * Names of GCP resources. Every API has its own spelling of the same one: a URL of this or that host
 * and version, the URL without its host, or what follows the project.
 *
 *   https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i
 *   https://compute.googleapis.com/compute/beta/projects/p/zones/z/instances/i
 *   projects/p/zones/z/instances/i                      the path, to which all are reduced
 *   zones/z/instances/i                                 within its project
 *   //compute.googleapis.com/projects/p/zones/z/instances/i   the full resource name: the native id
 *
 * Source of full names: "Asset names" of Cloud Asset Inventory.
 */

const URL_HEAD =
  /^(?:https?:)?\/\/[^/]+\/(?:(?!projects\/)[a-z]+\/)?(?:(?:v\d[a-z0-9]*|alpha|beta)\/)?/;

/**
 * The path of a resource, from `projects/` on.
 *
 * @param project of whatever names it, for names that leave it out
 * @returns null where the text names nothing of a project
 */
export function pathOf(name: string | null | undefined, project = ''): string | null {
  if (!name) return null;
  const path = name.replace(URL_HEAD, '').replace(/^\//, '');
  if (/^projects\/[^/]+\/./.test(path)) return path;
  if (project && /^(global|zones|regions|locations)\/./.test(path)) {
    return `projects/${project}/${path}`;
  }
  return null;
}

/** The full resource name of something of Compute Engine; null where the name is none. */
export function computeName(name: string | null | undefined): string | null {
  const path = pathOf(name);
  return path && fullName('compute', path);
}

/** @param service the host's first label: `compute`, `container`, `cloudsql` */
export function fullName(service: string, path: string): string {
  return `//${service}.googleapis.com/${path}`;
}

/** What follows a collection in a path: of `projects/p/zones/z/…` and `zones`, `z`. */
export function partOf(path: string | null, collection: string): string | null {
  const parts = path?.split('/') ?? [];
  const at = parts.indexOf(collection);
  return at < 0 ? null : (parts[at + 1] ?? null);
}

/** The last part of a name: what people call the resource. */
export function lastPart(name: string | null | undefined): string | null {
  return name?.split('/').at(-1) || null;
}

/** Where something is; what is global is in no region, and what is regional in no zone. */
export interface Place {
  region?: string;
  availability_zone?: string;
}

/**
 * The place that a path names.
 *
 * A zone's full name is `<region>-<zone>`, and the zone's own part has no dash (`b`, `ai1a`): see
 * "Regions and zones" of the Compute Engine documentation.
 */
export function placeOf(path: string | null): Place {
  const [zone, region] = [partOf(path, 'zones'), partOf(path, 'regions')];
  if (zone) return { region: regionOfZone(zone), availability_zone: zone };
  return region ? { region } : {};
}

/** The place that a location means: a zone's has three parts, a region's two. */
export function placeOfLocation(location: string | null): Place {
  if (!location || location === 'global') return {};
  return /^[a-z]+-[a-z]+\d+-[a-z0-9]+$/.test(location)
    ? { region: regionOfZone(location), availability_zone: location }
    : { region: location };
}

function regionOfZone(zone: string): string {
  return zone.slice(0, zone.lastIndexOf('-'));
}
