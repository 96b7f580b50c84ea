import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import si from 'systeminformation';
import { errnoOf, HostError } from './errors.ts';

/** Which machine this is, the same at every start. */
export interface MachineIdentity {
  machine_id: string;
  hostname: string;
  /** True in a container, whose machine id may be its image's and whose processes are its own. */
  in_container: boolean;
}

/**
 * Reads the operating system's machine id. Inside a container it is derived from the container's
 * host name instead: the id file there comes from the image, so that every container of that image
 * would be the same machine, or it is the host's, which the container is not.
 *
 * @throws {HostError} `no_machine_id` where the system has none: a made-up one would be another
 *   machine at the next start
 */
export async function machineIdentity(): Promise<MachineIdentity> {
  const name = hostname();
  if (await isInContainer()) {
    return { machine_id: `container-${name.toLowerCase()}`, hostname: name, in_container: true };
  }
  const id = (await linuxMachineId()) ?? (await si.uuid()).os;
  const machineId = id.trim().toLowerCase();
  if (!/^[0-9a-f-]{16,64}$/.test(machineId)) {
    throw new HostError({
      kind: 'permanent',
      code: 'no_machine_id',
      message: 'This machine has no machine id. On Linux, systemd-machine-id-setup makes one.',
    });
  }
  return { machine_id: machineId, hostname: name, in_container: false };
}

/** The task queue that only the workers of that machine serve. */
export function hostTaskQueue(machineId: string): string {
  return `cmdb-host-${machineId}`;
}

/**
 * Whether this worker may discover the machine it runs on. `auto` leaves a container out: what it
 * sees is not its host, and it comes and goes with each deployment.
 */
export async function mayDiscoverHost(setting: 'auto' | 'on' | 'off'): Promise<boolean> {
  if (setting === 'auto') return !(await isInContainer());
  return setting === 'on';
}

/** Told by the marks that Docker, Podman, Kubernetes, LXC and systemd-nspawn leave. */
async function isInContainer(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  if (process.env.container || process.env.KUBERNETES_SERVICE_HOST) return true;
  for (const mark of ['/.dockerenv', '/run/.containerenv']) {
    if (await exists(mark)) return true;
  }
  const cgroups = await readIfThere('/proc/1/cgroup');
  return /\/(docker|containerd|lxc|libpod|kubepods|crio)[-./]/.test(cgroups ?? '');
}

async function linuxMachineId(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = (await readIfThere(path))?.trim();
    if (id) return id;
  }
  return null;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
