import { awsIdKey, azureKey, dnsKey, gcpKey, hostKey } from '../../model/keys.ts';

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
 * The names that clouds draw at random, or make unique with a hash, for the API server of one
 * cluster: EKS, AKS, and the DNS endpoint of GKE. Others are anybody's to point elsewhere.
 */
const CLUSTER_HOST =
  /^[0-9a-f]{12,64}(\.[a-z0-9-]+)+\.(eks\.amazonaws\.com(\.cn)?|api\.aws)$|\.hcp\.[a-z0-9-]+\.(azmk8s\.io|cx\.prod\.service\.azk8s\.cn)$|^gke-[0-9a-f]+-\d+\.[a-z0-9-]+\.gke\.goog$/i;

/**
 * The key of the cloud's own item of a cluster, by the address of its API server; null where that
 * address could be another's tomorrow, or is a proxy's.
 */
export function managedClusterKey(server: string): string | null {
  const { hostname, pathname } = new URL(server);
  return pathname === '/' && CLUSTER_HOST.test(hostname) ? dnsKey(hostname) : null;
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
