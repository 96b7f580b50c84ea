import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { HostClient } from '../client.ts';
import {
  containerName,
  containerRecordSchema,
  containerStatus,
  portNames,
} from '../container-record.ts';
import { hostEnvironment } from '../environment.ts';
import { hostKey } from '../record-parts.ts';

const namesSchema = z.object({ engine: z.object({ Names: z.array(z.string()) }) });

export const resourceType = defineResourceType({
  name: 'host_container',
  provider: 'host',
  ci_types: ['container'],
  summary: "A container of the machine's own Docker engine, stopped ones included.",
  permissions: ['read and write /var/run/docker.sock'],
  level: 'account',
  listPage: async (client: HostClient, _pageToken, signal) => ({
    records: await client.containers(signal),
    next_page_token: null,
  }),
  record: containerRecordSchema,
  nativeId: (record, scope) => {
    const named = namesSchema.safeParse(record);
    const name = named.success ? containerName(named.data.engine.Names) : null;
    return name === null ? null : `${scope.account}/container/${name}`;
  },

  toItem: ({ engine, hostname, environment_setting: setting }) => {
    const networks = Object.entries(engine.NetworkSettings?.Networks ?? {}).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const addresses = networks.flatMap(([, { IPAddress }]) => IPAddress || []);
    const name = containerName(engine.Names) ?? engine.Id;
    return {
      ci_type: 'container',
      name,
      display_name: `${name} on ${hostname}`,
      status: containerStatus(engine.State),
      ...hostEnvironment(setting, engine.Labels ?? {}, [name, hostname]),
      external_id: engine.Id,
      ip_address: addresses[0] ?? null,
      hostname,
      attributes: {
        state: engine.State,
        image: engine.Image,
        image_id: engine.ImageID,
        created_at: new Date(engine.Created * 1000).toISOString(),
        ports: portNames(engine.Ports),
        networks: networks.map(([network]) => network),
        mount_points: (engine.Mounts ?? []).map(({ Destination }) => Destination).sort(),
      },
      tags: engine.Labels ?? {},
    };
  },

  keys: ({ engine }, scope) => [
    `${hostKey(scope.account)}/container/${containerName(engine.Names) ?? engine.Id}`,
    `docker:${scope.account}/${engine.Id}`,
  ],
  relations: {
    runs_on: { type: 'runs_on', target: 'host_server', spread: 'forward' },
  },
  references: (_record, scope) => [{ relation: 'runs_on', key: hostKey(scope.account) }],
  volatile: [],
});
