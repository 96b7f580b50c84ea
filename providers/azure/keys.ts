import { azureVmIdKey } from '../../model/keys.ts';
import { canonicalId } from './resource-id.ts';

export { dnsKey, publicIpKey } from '../../model/keys.ts';

/*
 * The keys by which Azure items are known, and the only place that spells them. A key must belong
 * to one item: with two owners it resolves to nobody.
 *
 *   /subscriptions/…/disks/orders                the canonical id is a key as it stands; what
 *                                                Kubernetes nodes and volumes name is one, too
 *   azure:vm-id/7cdc1f83-…                       a machine by its vmId, as it knows itself
 *   azure:agent-pool/…/mc_shop/nodepool1         a node pool, by the resource group of its nodes
 *   ip:/subscriptions/…/virtualnetworks/shop/10.0.0.7   a private address, within its network
 *   ip:public/203.0.113.9                        a public address
 *   dns:orders.postgres.database.azure.com       a host name that is unique in the world
 *
 * A private address is announced by one item alone: the machine that has it, else the network
 * interface (of a private endpoint), else the load balancer. A public one by its own resource.
 */

export function idKey(id: string): string {
  return canonicalId(id);
}

/**
 * The keys of a machine by its `vmId`: as it is written, and with the bytes of its first three parts
 * the other way round, as the firmware of older machines spells it.
 */
export function vmIdKeys(vmId: string): string[] {
  const [a = '', b = '', c = '', ...rest] = vmId.split('-');
  const swapped = [a, b, c].map((part) => (part.match(/../g) ?? []).reverse().join(''));
  return [azureVmIdKey(vmId), azureVmIdKey([...swapped, ...rest].join('-'))];
}

export function subscriptionKey(subscription: string): string {
  return canonicalId(`/subscriptions/${subscription}`);
}

/** @param nodeGroupId the resource group in which AKS keeps the nodes of the cluster */
export function agentPoolKey(nodeGroupId: string, pool: string): string {
  return `azure:agent-pool${canonicalId(nodeGroupId)}/${pool.toLowerCase()}`;
}

export function privateIpKey(networkId: string, address: string): string {
  return `ip:${canonicalId(networkId)}/${address}`;
}
