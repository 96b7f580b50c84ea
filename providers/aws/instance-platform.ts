/** What an instance's billing platform tells of its operating system. */
export interface InstancePlatform {
  os_type: string | null;
  /** The distribution or edition, where the platform names one. */
  os_version: string | null;
}

/**
 * Reads `PlatformDetails` (`Linux/UNIX`, `Red Hat Enterprise Linux with HA`, `Windows BYOL`,
 * `SQL Server Standard`), whose values the EC2 guide lists under "AMI billing information". Macs
 * are billed as Linux; their instance type tells them apart.
 */
export function instancePlatform(
  platformDetails: string | null,
  instanceType: string | null,
): InstancePlatform {
  if (instanceType && /^mac/.test(instanceType)) return { os_type: 'darwin', os_version: null };
  if (platformDetails === null) return { os_type: null, os_version: null };
  if (platformDetails === 'Linux/UNIX') return { os_type: 'linux', os_version: null };
  // SQL Server alone is billed so on Windows; on Linux the details name Linux first.
  const isWindows = /^(windows|sql server)/i.test(platformDetails);
  if (isWindows) return { os_type: 'windows', os_version: null };
  const distribution = platformDetails.replace(/ (with|BYOL).*$/, '');
  return { os_type: 'linux', os_version: distribution === 'Linux' ? null : distribution };
}
