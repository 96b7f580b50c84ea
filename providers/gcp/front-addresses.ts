import type { GcpClient } from './client.ts';
import { textAt } from './fields.ts';
import { aggregatedPage, allItems } from './pages.ts';
import { pathOf } from './resource-name.ts';

/**
 * The address of a forwarding rule, within its network where it is private: what it is told by.
 *
 * @returns null where it has none, or an address of a service's own (`all-apis`)
 */
export function frontAddress(rule: unknown): string | null {
  const address = textAt(rule, 'IPAddress');
  if (!address || !/^[0-9a-f.:]+$/i.test(address)) return null;
  const network = pathOf(textAt(rule, 'network'));
  const scheme = textAt(rule, 'loadBalancingScheme');
  // An endpoint of Private Service Connect has no scheme, and is always in a network.
  const isPublic = scheme === null ? network === null : scheme.startsWith('EXTERNAL');
  if (isPublic) return `public/${address}`;
  return network && `${network}/${address}`;
}

/**
 * The addresses that several forwarding rules share – one for HTTP and one for HTTPS, say. They are
 * nobody's key but the reserved address's, which names its users: a key with two owners resolves to
 * neither. A list is read to its end for this, since the other rule may stand on any page.
 */
export async function sharedFrontAddresses(
  gcp: GcpClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  return gcp.memo('shared-front-addresses', async () => {
    const list = {
      service: 'ForwardingRulesClient',
      collection: 'forwardingRules',
      fields: ['IPAddress', 'loadBalancingScheme', 'network'],
    } as const;
    const rules = await allItems((pageToken) => aggregatedPage(gcp, list, pageToken, signal));
    const seen = new Set<string>();
    const shared = new Set<string>();
    for (const address of rules.items.flatMap((rule) => frontAddress(rule) ?? [])) {
      if (seen.has(address)) shared.add(address);
      seen.add(address);
    }
    return shared;
  });
}
