import { z } from 'zod';
import { type CiStatus, ciEnvironmentSchema } from '../../model/enums.ts';

/** A port of a container as the engine lists it. */
const portSchema = z.object({
  IP: z.string().optional(),
  PrivatePort: z.int(),
  PublicPort: z.int().optional(),
  Type: z.string(),
});

/**
 * The part of an entry of the engine's `/containers/json` that is read. Its `Command` is not:
 * that is a command line. See the Docker Engine API, ContainerSummary.
 */
export const engineContainerSchema = z.object({
  Id: z.string().min(1),
  Names: z.array(z.string()).min(1),
  Image: z.string(),
  ImageID: z.string(),
  Created: z.int(),
  State: z.string(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Ports: z.array(portSchema).nullish(),
  NetworkSettings: z
    .object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string().nullish() })).nullish(),
    })
    .nullish(),
  Mounts: z.array(z.object({ Type: z.string().optional(), Destination: z.string() })).nullish(),
});
export type EngineContainer = z.infer<typeof engineContainerSchema>;

export const containerRecordSchema = z.object({
  hostname: z.string(),
  /** What the sources file says; null where the labels and names are to tell. */
  environment_setting: ciEnvironmentSchema.nullable(),
  engine: engineContainerSchema,
});
export type ContainerRecord = z.infer<typeof containerRecordSchema>;

/**
 * The container's own name, by which it stays the same item when it is made anew. The engine lets
 * no two containers have one name, and Compose gives the same one each time; the id is another
 * after every change of an image. Names with a second `/` are what linked containers call it.
 */
export function containerName(names: readonly string[]): string | null {
  const own = names.map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/'));
  return own || null;
}

/** Docker's documented states; `restarting` is what a container does that keeps failing. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  created: 'planned',
  running: 'active',
  paused: 'inactive',
  restarting: 'failed',
  removing: 'inactive',
  exited: 'inactive',
  dead: 'failed',
};

export function containerStatus(state: string): CiStatus {
  return STATUSES[state] ?? 'inactive';
}

/** `0.0.0.0:8080->80/tcp`, `80/tcp` for a port that is not published; sorted. */
export function portNames(ports: EngineContainer['Ports']): string[] {
  const names = (ports ?? []).map(({ IP, PrivatePort, PublicPort, Type }) => {
    const published = PublicPort === undefined ? '' : `${IP ?? '0.0.0.0'}:${PublicPort}->`;
    return `${published}${PrivatePort}/${Type}`;
  });
  return [...new Set(names)].sort();
}
