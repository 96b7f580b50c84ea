import type { Scope } from '../../model/scope.ts';

/*
 * The keys by which the objects of a cluster are known, and their native ids. A cluster is told by
 * the UID of its namespace `kube-system`, an object by its name and not by its UID: see
 * docs/adr/0007.
 *
 *   k8s:8e1f…                         the cluster
 *   k8s:8e1f…/Node/ip-10-0-0-7        an object that is in no namespace
 *   k8s:8e1f…/Pod/shop/web-0          an object in a namespace
 *   k8s:8e1f…/Container/shop/web-0/app
 *   k8s:8e1f…/Application/shop/store  what workloads say that they are part of
 *
 * Names of Services mean something within their cluster only and are no `dns:` keys.
 */

export type ClusterKind = 'Node' | 'Namespace' | 'PersistentVolume';

/** Kinds of objects in namespaces; those that are not discovered are referred to all the same. */
export type NamespacedKind =
  | 'Application'
  | 'CronJob'
  | 'DaemonSet'
  | 'Deployment'
  | 'HTTPRoute'
  | 'HorizontalPodAutoscaler'
  | 'Ingress'
  | 'Job'
  | 'NetworkPolicy'
  | 'PersistentVolumeClaim'
  | 'Pod'
  | 'Service'
  | 'ServiceAccount'
  | 'StatefulSet';

export function clusterKey({ account }: Scope): string {
  return `k8s:${account}`;
}

export function clusterObjectKey(scope: Scope, kind: ClusterKind, name: string): string {
  return `${clusterKey(scope)}/${kind}/${name}`;
}

export function objectKey(
  scope: Scope,
  kind: NamespacedKind,
  namespace: string,
  name: string,
): string {
  return `${clusterKey(scope)}/${kind}/${namespace}/${name}`;
}

export function containerKey(
  scope: Scope,
  namespace: string,
  pod: string,
  container: string,
): string {
  return `${clusterKey(scope)}/Container/${namespace}/${pod}/${container}`;
}

/** API groups whose kinds are spelled without them. */
const PLAIN_GROUPS = new Set(['', 'apps', 'batch']);

/**
 * The key of whatever another object names by API version and kind: an owner, a scaled workload.
 * Kinds of other groups carry it, since every group may have a `Service` of its own.
 */
export function namedKey(
  scope: Scope,
  namespace: string,
  named: { apiVersion: string; kind: string; name: string },
): string {
  const [group = ''] = named.apiVersion.includes('/') ? named.apiVersion.split('/') : [''];
  const kind = PLAIN_GROUPS.has(group) ? named.kind : `${named.kind}.${group}`;
  return `${clusterKey(scope)}/${kind}/${namespace}/${named.name}`;
}
