import type { Body } from './compute.ts';
import { labels } from './compute.ts';
import { type Kind, nameOf, type SyntheticProject } from './estate.ts';

const MADE = '2026-01-15T09:30:00Z';

/** Lists of the other APIs: their item. */
export const MANAGED: Partial<
  Record<Kind, (project: SyntheticProject, index: number, epoch: number) => Body>
> = {
  clusters: (project, index, epoch) => {
    const location = project.regionOf(index);
    const network = `projects/${project.id}/global/networks/networks-0`;
    return {
      id: `cluster-${index}`,
      name: nameOf('clusters', index),
      location,
      locations: project.zones.filter((zone) => zone.startsWith(location)),
      selfLink: `https://container.googleapis.com/v1/projects/${project.id}/locations/${location}/clusters/${nameOf('clusters', index)}`,
      status: 'RUNNING',
      currentMasterVersion: '1.34.1-gke.100',
      currentNodeVersion: '1.34.1-gke.100',
      currentNodeCount: 5,
      endpoint: `192.0.2.${index % 256}`,
      network: 'networks-0',
      networkConfig: { network, datapathProvider: 'ADVANCED_DATAPATH' },
      clusterIpv4Cidr: '10.4.0.0/14',
      servicesIpv4Cidr: '10.8.0.0/20',
      createTime: MADE,
      resourceLabels: labels(project, 'clusters', index, epoch),
      masterAuth: { clientKey: 'hunter2' },
      nodePools: [
        {
          name: 'default',
          status: 'RUNNING',
          version: '1.34.1-gke.100',
          initialNodeCount: 1,
          locations: [project.zoneOf(index)],
          instanceGroupUrls: [
            project
              .zonal('instanceGroups', index)
              .replace('/instanceGroups/', '/instanceGroupManagers/'),
          ],
          autoscaling: { enabled: true, minNodeCount: 1, maxNodeCount: 9 },
          config: { machineType: 'e2-medium', diskSizeGb: 100, diskType: 'pd-balanced' },
        },
      ],
    };
  },
  sqlInstances: (project, index, epoch) => {
    const name = nameOf('sql', index);
    const region = project.regionOf(index);
    return {
      kind: 'sql#instance',
      name,
      project: project.id,
      region,
      gceZone: project.zoneOf(index),
      state: 'RUNNABLE',
      databaseVersion: 'POSTGRES_16',
      databaseInstalledVersion: 'POSTGRES_16_4',
      instanceType: index % 3 === 2 ? 'READ_REPLICA_INSTANCE' : 'CLOUD_SQL_INSTANCE',
      // Every third is a replica of the one before it.
      ...(index % 3 === 2 && { masterInstanceName: `${project.id}:${nameOf('sql', index - 1)}` }),
      connectionName: `${project.id}:${region}:${name}`,
      ipAddresses: [{ ipAddress: `10.20.${(index >> 8) & 255}.${index & 255}`, type: 'PRIVATE' }],
      settings: {
        tier: 'db-custom-4-16384',
        activationPolicy: 'ALWAYS',
        availabilityType: 'REGIONAL',
        dataDiskSizeGb: '100',
        dataDiskType: 'PD_SSD',
        backupConfiguration: {
          enabled: true,
          backupRetentionSettings: { retainedBackups: 7, retentionUnit: 'COUNT' },
        },
        ipConfiguration: {
          ipv4Enabled: false,
          privateNetwork: `projects/${project.id}/global/networks/networks-0`,
        },
        userLabels: labels(project, 'sqlInstances', index, epoch),
      },
      rootPassword: 'hunter2',
      createTime: MADE,
    };
  },
  redisInstances: (project, index, epoch) => ({
    name: `projects/${project.id}/locations/${project.regionOf(index)}/instances/${nameOf('redis', index)}`,
    state: 'READY',
    tier: 'STANDARD_HA',
    memorySizeGb: 5,
    redisVersion: 'REDIS_7_2',
    host: `10.30.${(index >> 8) & 255}.${index & 255}`,
    port: 6379,
    authorizedNetwork: `projects/${project.id}/global/networks/networks-0`,
    connectMode: 'PRIVATE_SERVICE_ACCESS',
    currentLocationId: project.zoneOf(index),
    createTime: MADE,
    labels: labels(project, 'redisInstances', index, epoch),
  }),
  buckets: (project, index, epoch) => ({
    kind: 'storage#bucket',
    id: `${project.id}-buckets-${index}`,
    name: `${project.id}-buckets-${index}`,
    location: project.regionOf(index).toUpperCase(),
    locationType: 'region',
    storageClass: 'STANDARD',
    timeCreated: MADE,
    versioning: { enabled: true },
    iamConfiguration: {
      publicAccessPrevention: 'enforced',
      uniformBucketLevelAccess: { enabled: true },
    },
    labels: labels(project, 'buckets', index, epoch),
  }),
  services: (project, index, epoch) => ({
    name: `projects/${project.id}/locations/${project.regionOf(index)}/services/${nameOf('services', index)}`,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    uri: `https://services-${index}-${project.id}.a.run.app`,
    ingress: 'INGRESS_TRAFFIC_ALL',
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
    template: {
      containers: [
        {
          image: `europe-docker.pkg.dev/${project.id}/shop/checkout:7`,
          env: [{ name: 'PASSWORD', value: 'hunter2' }],
        },
      ],
      volumes: [
        {
          name: 'cloudsql',
          cloudSqlInstance: {
            instances: [`${project.id}:${project.regionOf(0)}:${nameOf('sql', 0)}`],
          },
        },
      ],
    },
    createTime: MADE,
    updateTime: MADE,
    labels: labels(project, 'services', index, epoch),
  }),
  functions: (project, index, epoch) => ({
    name: `projects/${project.id}/locations/${project.regionOf(index)}/functions/${nameOf('functions', index)}`,
    state: 'ACTIVE',
    environment: 'GEN_2',
    url: `https://${project.regionOf(index)}-${project.id}.cloudfunctions.net/functions-${index}`,
    buildConfig: { runtime: 'nodejs24', entryPoint: 'main' },
    serviceConfig: {
      service: `projects/${project.id}/locations/${project.regionOf(index)}/services/${nameOf('services', index % project.count('services'))}`,
      availableMemory: '256Mi',
      environmentVariables: { PASSWORD: 'hunter2' },
    },
    updateTime: MADE,
    labels: labels(project, 'functions', index, epoch),
  }),
};
