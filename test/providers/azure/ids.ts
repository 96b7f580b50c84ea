/** The subscription of all fixtures: an id of the form that Azure draws. */
export const SUBSCRIPTION = '0b1f6471-1bf0-4dda-aec3-cb9272f09590';

/**
 * The id of a resource of the fixtures, in the case in which the Resource Manager answers it.
 *
 * @param path what follows the resource group's providers, e.g. `Microsoft.Compute/disks/data`
 */
export function idOf(path: string, group = 'shop-prod'): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/${path}`;
}

export const SUBNET = idOf('Microsoft.Network/virtualNetworks/shop/subnets/web');
export const SECURITY_GROUP = idOf('Microsoft.Network/networkSecurityGroups/web');
export const TAGS = {
  Environment: 'Production',
  Owner: 'shop@example.org',
  team: 'storefront',
  'cost-center': '4711',
};
