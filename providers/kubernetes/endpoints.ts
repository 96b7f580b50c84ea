import { z } from 'zod';
import type { KubernetesClient } from './client.ts';
import { flag, listOf } from './fields.ts';

/** Written on every EndpointSlice by whoever makes it for a Service. */
const SERVICE_LABEL = 'kubernetes.io/service-name';

const endpointSlice = z.object({
  metadata: z.object({
    namespace: z.string(),
    labels: z.record(z.string(), z.string()),
  }),
  endpoints: listOf(
    z.object({
      targetRef: z.object({ kind: z.string(), name: z.string() }).nullish(),
      conditions: z.object({ terminating: flag }).nullish(),
    }),
  ),
});

const namedService = z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) });

/** The names of the pods behind a Service, in its own namespace; sorted, each once. */
export const serviceEndpoints = z.array(z.string());

/**
 * Adds to Services the pods behind them. A pod that is not ready is one of them, its own status
 * says so; one that is on its way out is not. A dual-stack Service has a slice for each family,
 * with the same pods.
 */
export async function listedEndpoints(
  client: KubernetesClient,
  services: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown[]> {
  const names = services.flatMap((service) => {
    const read = namedService.safeParse(service);
    return read.success ? [read.data.metadata.name] : [];
  });
  const pods = new Map<string, Set<string>>();
  const label_selector = `${SERVICE_LABEL} in (${[...new Set(names)].join(',')})`;
  const path = '/apis/discovery.k8s.io/v1/endpointslices';
  const slices = names.length === 0 ? [] : client.listAll(path, signal, { label_selector });
  for await (const listed of slices) {
    const { metadata, endpoints } = endpointSlice.parse(listed);
    const service = `${metadata.namespace}/${metadata.labels[SERVICE_LABEL]}`;
    const known = pods.get(service) ?? new Set();
    for (const { targetRef, conditions } of endpoints) {
      if (targetRef?.kind === 'Pod' && conditions?.terminating !== true) known.add(targetRef.name);
    }
    pods.set(service, known);
  }
  return services.map((service) => {
    const read = namedService.safeParse(service);
    if (!read.success) return service;
    const { namespace, name } = read.data.metadata;
    const endpoints = [...(pods.get(`${namespace}/${name}`) ?? [])].sort();
    return { ...(service as object), endpoints };
  });
}
