import { z } from 'zod';
import { hostNamesIn } from '../../model/host-names.ts';
import { count, flag, listOf, text } from './fields.ts';
import { gigabytes, quantity } from './quantity.ts';

const amounts = z
  .object({ cpu: quantity, memory: quantity })
  .nullish()
  .transform((value) => value ?? { cpu: null, memory: null });

/**
 * The host names in a container's plain variables. Values are read no further than this schema:
 * nothing else of them is in the record. What comes out of a Secret or ConfigMap is not looked up.
 */
const hostsOfVariables = z
  .array(z.object({ name: z.string(), value: z.string().nullish() }))
  .nullish()
  .transform((variables) => {
    const hosts = (variables ?? []).flatMap(({ name, value }) => hostNamesIn(name, value ?? ''));
    return [...new Set(hosts)].sort();
  });

/** The part of a container's specification that is read. Commands and arguments are not. */
export const containerSpec = z
  .object({
    name: z.string().min(1),
    image: text,
    restartPolicy: text,
    env: hostsOfVariables,
    ports: listOf(z.object({ containerPort: z.int(), protocol: text, name: text })),
    resources: z.object({ requests: amounts, limits: amounts }).nullish(),
  })
  .transform(({ env: hosts, ...rest }) => ({ ...rest, hosts }));
export type ContainerSpec = z.infer<typeof containerSpec>;

/** The part of a pod's specification that is read, in pods and in the templates of workloads. */
export const podSpec = z.object({
  nodeName: text,
  serviceAccountName: text,
  hostNetwork: flag,
  restartPolicy: text,
  priorityClassName: text,
  containers: listOf(containerSpec),
  initContainers: listOf(containerSpec),
  volumes: listOf(
    z.object({
      name: z.string(),
      persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
      ephemeral: z.object({}).nullish(),
    }),
  ),
});
export type PodSpec = z.infer<typeof podSpec>;

/** A workload's template of the pods that it makes. */
export const podTemplate = z.object({ spec: podSpec });

/** Containers that go on running: sidecars are written as init containers that restart. */
export function runningContainers(spec: PodSpec): ContainerSpec[] {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars];
}

/** The host names that its containers are configured with, each once. */
export function hostsOf(spec: PodSpec): string[] {
  const hosts = [...spec.containers, ...spec.initContainers].flatMap((one) => one.hosts);
  return [...new Set(hosts)].sort();
}

export function imagesOf(spec: PodSpec): string[] {
  const images = [...spec.containers, ...spec.initContainers].flatMap(({ image }) => image ?? []);
  return [...new Set(images)].sort();
}

/** Attributes for what containers ask for and may use at most, summed; null where none says it. */
export function resourceAttributes(containers: readonly ContainerSpec[]) {
  const sum = (of: (container: ContainerSpec) => number | null | undefined): number | null => {
    const told = containers.flatMap((container) => of(container) ?? []);
    if (told.length === 0) return null;
    // Millicores are the smallest part of a CPU: sums of fractions are brought back to them.
    return Math.round(told.reduce((total, value) => total + value, 0) * 1000) / 1000;
  };
  return {
    cpu_request_cores: sum(({ resources }) => resources?.requests.cpu),
    cpu_limit_cores: sum(({ resources }) => resources?.limits.cpu),
    memory_request_gb: gigabytes(sum(({ resources }) => resources?.requests.memory)),
    memory_limit_gb: gigabytes(sum(({ resources }) => resources?.limits.memory)),
  };
}

/** `http 8080/TCP`, sorted. */
export function portNames({ ports }: ContainerSpec): string[] {
  return ports
    .map(({ name, containerPort, protocol }) =>
      [name, `${containerPort}/${protocol ?? 'TCP'}`].filter((part) => part !== null).join(' '),
    )
    .sort();
}

/** The state of a container as the kubelet reports it. */
export const containerStatus = z.object({
  name: z.string(),
  ready: flag,
  restartCount: count,
  imageID: text,
  state: z
    .object({
      waiting: z.object({ reason: text }).nullish(),
      running: z.object({ startedAt: text }).nullish(),
      terminated: z.object({ reason: text, exitCode: z.int().nullish() }).nullish(),
    })
    .nullish(),
});
export type ContainerStatus = z.infer<typeof containerStatus>;
