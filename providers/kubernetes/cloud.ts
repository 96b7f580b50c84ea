import { awsIdKey, azureKey, gcpKey, hostKey } from '../../model/keys.ts';

/**
 * The key of the machine behind a node, from `spec.providerID` as the clouds' controllers write
 * it; null for other providers, and for what is no machine (Fargate).
 */
export function machineKey(providerId: string): string | null {
  const aws = /^aws:\/\/\/[^/]+\/(i-[0-9a-f]+)$/.exec(providerId);
  if (aws?.[1]) return awsIdKey(aws[1]);
  const gcp = /^gce:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(providerId);
  if (gcp) return gcpKey(`projects/${gcp[1]}/zones/${gcp[2]}/instances/${gcp[3]}`);
  const azure = /^azure:\/\/(\/subscriptions\/.+)$/i.exec(providerId);
  return azure?.[1] ? azureKey(azure[1]) : null;
}

/**
 * The key of a machine that a worker of this program runs on itself, by the machine id that the
 * kubelet reads from the same file; null where it reports none.
 */
export function ownMachineKey(machineId: string | null | undefined): string | null {
  const id = machineId?.toLowerCase().replaceAll('-', '');
  return id && /^[0-9a-f]{32}$/.test(id) ? hostKey(id) : null;
}

/**
 * The key of the disk behind a volume, from the handle that its CSI driver gave it; null for
 * drivers whose volumes are no disks of a cloud.
 */
export function diskKey(driver: string, handle: string): string | null {
  switch (driver) {
    case 'ebs.csi.aws.com':
      return /^vol-[0-9a-f]+$/.test(handle) ? awsIdKey(handle) : null;
    case 'efs.csi.aws.com': {
      // The file system, then perhaps a path and an access point in it.
      const [fileSystem = ''] = handle.split(':');
      return /^fs-[0-9a-f]+$/.test(fileSystem) ? awsIdKey(fileSystem) : null;
    }
    case 'pd.csi.storage.gke.io':
      return /^projects\/[^/]+\/(zones|regions)\/[^/]+\/disks\/[^/]+$/.test(handle)
        ? gcpKey(handle)
        : null;
    case 'disk.csi.azure.com':
      return handle.startsWith('/subscriptions/') ? azureKey(handle) : null;
    default:
      return null;
  }
}
