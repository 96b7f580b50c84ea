import { z } from 'zod';
import type { JsonObject } from '../../model/resource-type.ts';
import { listOf, text, texts } from './fields.ts';

/** Told by labels, by expressions over labels, or by both; an empty one means all. */
export const labelSelector = z
  .object({
    matchLabels: texts,
    matchExpressions: listOf(
      z.object({ key: z.string(), operator: z.string(), values: listOf(z.string()) }),
    ),
  })
  .nullish();
type LabelSelector = z.infer<typeof labelSelector>;

/** A rule of a NetworkPolicy; its peers stand in `from` or in `to`. */
export function peerRules(direction: 'from' | 'to') {
  const peers = listOf(
    z.object({
      podSelector: labelSelector,
      namespaceSelector: labelSelector,
      ipBlock: z.object({ cidr: z.string(), except: listOf(z.string()) }).nullish(),
    }),
  );
  const ports = listOf(
    z.object({
      protocol: text,
      port: z.union([z.int(), z.string()]).nullish(),
      endPort: z.int().nullish(),
    }),
  );
  return z
    .object({ [direction]: peers, ports })
    .transform((rule) => ({ peers: peers.parse(rule[direction]), ports: ports.parse(rule.ports) }));
}
type PeerRule = z.infer<ReturnType<typeof peerRules>>;

/** `app=web,tier in (a,b)`, as kubectl writes it; `all` for an empty one. */
export function shownSelector(selector: LabelSelector): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }) =>
    values.length === 0
      ? `${key} ${operator}`
      : `${key} ${operator} (${[...values].sort().join(',')})`,
  );
  return [...labels, ...expressions].sort().join(',') || 'all';
}

/** A rule for an attribute; without peers it is for all, without ports for every port. */
export function shownRule({ peers, ports }: PeerRule): JsonObject {
  return {
    peers: peers
      .map(({ podSelector, namespaceSelector, ipBlock }) => {
        if (ipBlock) return [ipBlock.cidr, ...ipBlock.except.map((one) => `not ${one}`)].join(' ');
        return [
          ...(namespaceSelector ? [`namespaces ${shownSelector(namespaceSelector)}`] : []),
          ...(podSelector ? [`pods ${shownSelector(podSelector)}`] : []),
        ].join(' ');
      })
      .sort(),
    ports: ports
      .map(({ protocol, port, endPort }) => {
        const range = endPort == null ? `${port ?? 'all'}` : `${port}-${endPort}`;
        return `${(protocol ?? 'TCP').toLowerCase()}/${range}`;
      })
      .sort(),
  };
}
