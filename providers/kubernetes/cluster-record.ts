import { z } from 'zod';
import type { KubernetesClient } from './client.ts';
import { productsOf } from './cluster-programs.ts';
import { KubernetesError } from './errors.ts';
import { listOf, metadata, text } from './fields.ts';
import { isControlPlane } from './node-roles.ts';
import { quantity } from './quantity.ts';

/** What is read of a cluster as a whole. */
export const clusterRecordSchema = z.object({
  uid: z.string().min(1),
  /** The address of the API server. */
  server: z.url(),
  version: text,
  nodes: z.object({
    count: z.int(),
    control_plane: z.int(),
    cpu_cores: z.number(),
    memory_bytes: z.number(),
  }),
  /** Null where its nodes are in several, or say none. */
  region: text,
  /** Whose machines its nodes are: `aws`, `gce`, `azure`, `kind`. */
  platform: text,
  network_plugin: text,
  service_cidr: text,
  pod_cidr: text,
  autoscalers: z.array(z.string()),
  monitoring: z.array(z.string()),
  logging: z.array(z.string()),
  /** Parts that the credentials may not read, and that are not known therefore. */
  denied_reads: z.array(z.string()),
});
export type ClusterRecord = z.infer<typeof clusterRecordSchema>;

const REGION_LABEL = 'topology.kubernetes.io/region';
const NAME_LABEL = 'app.kubernetes.io/name';

const versionSchema = z.object({ gitVersion: z.string() });
const identitySchema = z.object({ metadata: z.object({ uid: z.string() }) });
const labelled = z.object({ metadata });
const nodeSchema = z.object({
  metadata,
  spec: z.object({ providerID: text }),
  status: z.object({ capacity: z.object({ cpu: quantity, memory: quantity }).nullish() }),
});
const serviceCidr = z.object({ metadata, spec: z.object({ cidrs: listOf(z.string()) }) });
const commandSchema = z.object({
  spec: z.object({ containers: listOf(z.object({ command: listOf(z.string()) })) }),
});

/** Reads the parts of a cluster; nodes must be readable, the rest is left out where it is not. */
export async function readCluster(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ClusterRecord> {
  const denied: string[] = [];
  const part = <T>(permission: string, without: T, read: () => Promise<T>): Promise<T> =>
    unlessDenied(denied, permission, without, read);
  const identity = await client.get('/api/v1/namespaces/kube-system', signal);
  const version = await part('/version:get', null, async () => {
    const answer = await client.get('/version', signal);
    return versionSchema.parse(answer).gitVersion;
  });
  const nodes = await readNodes(client, signal);
  const namesOf = (plural: string) =>
    part(`apps/${plural}:list`, new Set<string>(), () => readNames(client, plural, signal));
  const daemons = await namesOf('daemonsets');
  const programs = new Set([
    ...daemons,
    ...(await namesOf('deployments')),
    ...(await namesOf('statefulsets')),
  ]);
  const scalesPods = await part('autoscaling/horizontalpodautoscalers:list', false, async () => {
    const path = '/apis/autoscaling/v2/horizontalpodautoscalers';
    return (await client.list(path, null, signal, { limit: 1 })).records.length > 0;
  });
  const flags = await part('core/pods:list', new Map<string, string>(), () =>
    readControlPlaneFlags(client, signal),
  );
  const serviceCidrs = await part('networking.k8s.io/servicecidrs:list', null, () =>
    readServiceCidr(client, signal),
  );
  return {
    uid: identitySchema.parse(identity).metadata.uid,
    server: client.server,
    version,
    ...nodes,
    network_plugin: productsOf('network', daemons).join(', ') || null,
    service_cidr: serviceCidrs ?? flags.get('service-cluster-ip-range') ?? null,
    pod_cidr: flags.get('cluster-cidr') ?? null,
    autoscalers: [
      ...productsOf('autoscaling', programs),
      ...(scalesPods ? ['horizontal-pod-autoscaler'] : []),
    ],
    monitoring: productsOf('monitoring', programs),
    logging: productsOf('logging', programs),
    denied_reads: denied,
  };
}

async function unlessDenied<T>(
  denied: string[],
  permission: string,
  without: T,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.kind !== 'denied') throw error;
    denied.push(permission);
    return without;
  }
}

async function readNodes(client: KubernetesClient, signal: AbortSignal) {
  const nodes = { count: 0, control_plane: 0, cpu_cores: 0, memory_bytes: 0 };
  const regions = new Set<string>();
  const platforms = new Set<string>();
  for await (const listed of client.listAll('/api/v1/nodes', signal)) {
    const { metadata: meta, spec, status } = nodeSchema.parse(listed);
    nodes.count += 1;
    nodes.control_plane += isControlPlane(meta.labels) ? 1 : 0;
    nodes.cpu_cores += status.capacity?.cpu ?? 0;
    nodes.memory_bytes += status.capacity?.memory ?? 0;
    const region = meta.labels[REGION_LABEL];
    const platform = spec.providerID?.split(':')[0];
    if (region) regions.add(region);
    if (platform) platforms.add(platform);
  }
  return { nodes, region: onlyOne(regions), platform: onlyOne(platforms) };
}

function onlyOne(values: ReadonlySet<string>): string | null {
  const [first = null] = values;
  return values.size === 1 ? first : null;
}

/** The names of a kind of workload, and those that their labels give the program in it. */
async function readNames(
  client: KubernetesClient,
  plural: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>();
  const options = { metadata_only: true };
  for await (const listed of client.listAll(`/apis/apps/v1/${plural}`, signal, options)) {
    const { name, labels } = labelled.parse(listed).metadata;
    names.add(name);
    if (labels[NAME_LABEL]) names.add(labels[NAME_LABEL]);
  }
  return names;
}

/** Flags of the control plane's own programs, where they run as pods and show them. */
async function readControlPlaneFlags(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const flags = new Map<string, string>();
  const path = '/api/v1/namespaces/kube-system/pods';
  const label_selector = 'component in (kube-apiserver,kube-controller-manager)';
  for await (const listed of client.listAll(path, signal, { label_selector })) {
    const { containers } = commandSchema.parse(listed).spec;
    for (const argument of containers.flatMap(({ command }) => command)) {
      const [, flag, value] =
        /^--(cluster-cidr|service-cluster-ip-range)=(.+)$/.exec(argument) ?? [];
      if (flag !== undefined && value !== undefined) flags.set(flag, value);
    }
  }
  return flags;
}

/** From Kubernetes 1.33 on the API has it; null where it does not. */
async function readServiceCidr(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<string | null> {
  const path = '/apis/networking.k8s.io/v1/servicecidrs';
  const page = await client.list(path, null, signal, { may_be_unknown: true });
  const ranges = page.records.map((record) => serviceCidr.parse(record));
  const own = ranges.find(({ metadata: meta }) => meta.name === 'kubernetes');
  return own?.spec.cidrs.join(',') || null;
}
