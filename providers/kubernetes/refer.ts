import { dnsKey, publicIpKey } from '../../model/keys.ts';
import type { Reference, RelationDeclaration } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { isPublicAddress } from './addresses.ts';
import type { Metadata } from './fields.ts';
import { clusterObjectKey, objectKey } from './keys.ts';

/** The relation of everything that is in a namespace. */
export const IN_NAMESPACE = {
  in_namespace: { type: 'part_of', target: 'kubernetes_namespace', spread: 'forward' },
} as const satisfies Record<string, RelationDeclaration>;

export function inNamespace({ namespace }: Metadata, scope: Scope): Reference<'in_namespace'>[] {
  if (namespace === null) return [];
  return [{ relation: 'in_namespace', key: clusterObjectKey(scope, 'Namespace', namespace) }];
}

/** The relation of whatever is configured with host names. */
export const TALKS_TO = {
  talks_to: {
    type: 'depends_on',
    target: 'kubernetes_service, a database, cache or load balancer by its host name',
    spread: 'forward',
  },
} as const satisfies Record<string, RelationDeclaration>;

/**
 * References to the places that host names in a pod's configuration name. The cluster's own DNS
 * answers `web`, `web.shop` and `web.shop.svc` with a Service before it asks any other; a name of
 * two parts may also be one of the world.
 *
 * @param namespace the pod's, in which a bare name is looked up
 */
export function talksTo(
  hosts: readonly string[],
  namespace: string | null,
  scope: Scope,
): Reference<'talks_to'>[] {
  const keys = hosts.flatMap((host) => keysOfHost(host, namespace, scope));
  return [...new Set(keys)].map((key) => ({ relation: 'talks_to', key }));
}

function keysOfHost(host: string, namespace: string | null, scope: Scope): string[] {
  if (/^[\d.]+$/.test(host)) return isPublicAddress(host) ? [publicIpKey(host)] : [];
  if (host === 'localhost') return [];
  const parts = host.split('.');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) {
    return namespace === null ? [] : [objectKey(scope, 'Service', namespace, first)];
  }
  const inCluster = /^(?:[^.]+\.)?(?<service>[^.]+)\.(?<namespace>[^.]+)\.svc(?:\.|$)/.exec(host);
  if (inCluster?.groups) {
    const { service = '', namespace: itsNamespace = '' } = inCluster.groups;
    return [objectKey(scope, 'Service', itsNamespace, service)];
  }
  const byServiceDns = parts.length === 2 ? [objectKey(scope, 'Service', second, first)] : [];
  return [...byServiceDns, dnsKey(host)];
}

/** The key of a place that is known by a host name or a public address; none for a private one. */
export function placeKeys(
  places: ReadonlyArray<{ hostname: string | null; ip: string | null }>,
): string[] {
  return places.flatMap(({ hostname, ip }) => {
    if (hostname !== null) return [dnsKey(hostname)];
    return ip !== null && isPublicAddress(ip) ? [publicIpKey(ip)] : [];
  });
}
