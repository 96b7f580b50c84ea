import type { Sources } from '../../model/sources.ts';
import { type BlockDevice, deviceIds } from './block-devices.ts';
import { DOCKER_SOCKET, listContainers } from './docker-engine.ts';
import { hostEnvironment } from './environment.ts';
import { readLinuxBlockDevices } from './linux-block-devices.ts';
import { readLinuxSnapshot } from './linux-snapshot.ts';
import type { MachineIdentity } from './machine.ts';
import {
  macOwners,
  type NetworkInterface,
  ownAddresses,
  reachableAddresses,
  readNetworkInterfaces,
} from './network-interfaces.ts';
import { installedPackages } from './packages.ts';
import { readPortableBlockDevices } from './portable-block-devices.ts';
import { readPortableSnapshot } from './portable-snapshot.ts';
import { listProcesses, type ProcessListing } from './process-listing.ts';
import type { HostParts } from './record-parts.ts';
import { runningServices } from './running-services.ts';
import { readServer, type ServerRecord } from './server-record.ts';

/** Reads this machine. Each part is read once, when it is first asked for. */
export interface HostClient {
  server(signal: AbortSignal): Promise<ServerRecord>;
  interfaces(): Promise<(NetworkInterface & HostParts & InterfaceKeys)[]>;
  devices(): Promise<(BlockDevice & HostParts & DeviceIds)[]>;
  processes(): Promise<ProcessListing>;
  containers(signal: AbortSignal): Promise<unknown[]>;
}

interface InterfaceKeys {
  /** False where another interface of the machine has the same MAC and stands for it. */
  owns_mac: boolean;
}

interface DeviceIds {
  native_part: string;
  /** Those of the devices that it lies on. */
  parent_native_parts: string[];
}

export interface HostClientOptions {
  identity: MachineIdentity;
  settings: Sources['host'];
  docker_socket?: string;
}

export function createHostClient(options: HostClientOptions): HostClient {
  const { identity, settings, docker_socket: dockerSocket = DOCKER_SOCKET } = options;
  const network = settings.network ?? null;
  const isLinux = process.platform === 'linux';
  const parts: HostParts = {
    hostname: identity.hostname,
    ...hostEnvironment(settings.environment, {}, [identity.hostname]),
  };
  const interfaces = once(readNetworkInterfaces);
  const devices = once(isLinux ? readLinuxBlockDevices : readPortableBlockDevices);
  const processes = once(async () => {
    const own = {
      machine_id: identity.machine_id,
      addresses: ownAddresses(),
      reachable_addresses: reachableAddresses(await interfaces()),
      network,
    };
    const snapshot = await (isLinux ? readLinuxSnapshot() : readPortableSnapshot());
    return listProcesses(snapshot, own, identity.hostname, settings);
  });
  const listeningNames = async () =>
    (await processes()).records.filter(({ port }) => port !== null).map(({ name }) => name);

  return {
    processes,
    server: async (signal) => ({
      ...(await readServer(identity, network, await interfaces(), await devices())),
      ...parts,
      installed_packages: await installedPackages(signal),
      running_services: await runningServices(listeningNames, signal),
    }),
    interfaces: async () => {
      const owners = macOwners(await interfaces());
      return (await interfaces()).map((entry) => ({
        ...entry,
        ...parts,
        owns_mac: entry.mac !== null && owners.get(entry.mac) === entry.name,
      }));
    },
    devices: async () => {
      const ids = deviceIds(await devices());
      return (await devices()).map((device) => ({
        ...device,
        ...parts,
        native_part: ids.get(device.name) ?? `name/${device.name}`,
        parent_native_parts: device.parents.flatMap((name) => ids.get(name) ?? []).sort(),
      }));
    },
    containers: async (signal) => {
      const containers = await listContainers(dockerSocket, signal);
      const environmentSetting = settings.environment ?? null;
      return containers.map((engine) => ({
        engine,
        hostname: identity.hostname,
        environment_setting: environmentSetting,
      }));
    },
  };
}

/** Keeps the answer of the first call, or the wait for it. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read();
    return answer;
  };
}
