/*
 * Spellings of keys that providers share: what one announces, another refers to. Keys within one
 * provider are spelled in its own folder.
 */

/** A host name in lower case without the dot at its end. */
export function dnsKey(name: string): string {
  return `dns:${name.toLowerCase().replace(/\.$/, '')}`;
}

/** An address that means one place everywhere. */
export function publicIpKey(address: string): string {
  return `ip:public/${address}`;
}

/** An address that means one place within its network only. */
export function networkIpKey(network: string, address: string): string {
  return `ip:${network}/${address}`;
}

/** An item by its own id: no item announces it, `relate` knows it of every one. */
export function itemKey(ciId: string): string {
  return `ci:${ciId.toLowerCase()}`;
}

/** Something at AWS whose id is drawn at random: `i-0abc`, `vol-0abc`. */
export function awsIdKey(id: string): string {
  return `aws:${id}`;
}

/** A machine that a worker runs on, by its operating system's machine id. */
export function hostKey(machineId: string): string {
  return `host:${machineId}`;
}

/** An instance of Compute Engine by its number, which the instance itself knows. */
export function gcpInstanceIdKey(id: string): string {
  return `gcp:instance-id/${id}`;
}

/** A virtual machine of Azure by its `vmId`, which the machine itself knows. */
export function azureVmIdKey(id: string): string {
  return `azure:vm-id/${id.toLowerCase()}`;
}

/** @param path below the API's version: `projects/shop/zones/europe-west1-b/disks/db` */
export function gcpKey(path: string): string {
  return `gcp:${path.toLowerCase()}`;
}

/** @param resourceId `/subscriptions/…`, which Azure compares without case */
export function azureKey(resourceId: string): string {
  return resourceId.toLowerCase();
}
