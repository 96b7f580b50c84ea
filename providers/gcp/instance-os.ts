import { lastPart } from './resource-name.ts';

/** What the licenses of an instance's boot disk tell of its operating system. */
export interface InstanceOs {
  os_type: string | null;
  /** The license's name: `debian-12-bookworm`, `windows-server-2022-dc`. */
  os_version: string | null;
}

/**
 * Reads the boot disk's licenses and features. Every public image carries the license of its system;
 * a custom image keeps those of the image it was made from, or has none.
 *
 * @param licenses URLs: `…/projects/debian-cloud/global/licenses/debian-12-bookworm`
 */
export function instanceOs(
  licenses: readonly string[],
  features: readonly (string | null)[],
): InstanceOs {
  const [license] = licenses;
  const isWindows =
    features.includes('WINDOWS') || licenses.some((url) => /\/windows(-sql)?-cloud\//.test(url));
  if (isWindows) return { os_type: 'windows', os_version: lastPart(license) };
  return license
    ? { os_type: 'linux', os_version: lastPart(license) }
    : { os_type: null, os_version: null };
}
