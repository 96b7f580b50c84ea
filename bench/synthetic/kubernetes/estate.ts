import { SyntheticRegion } from '../aws/estate.ts';
import type { Estate } from '../options.ts';
import { happens, hash32 } from '../random.ts';

/** A kind of object, by what lists of it are called. */
export type Kind = keyof typeof SHARES;

/**
 * The shares of a cluster of small services, as we have assumed it; not measured anywhere. What is
 * left of the total are the containers, of which each pod has one.
 */
const SHARES = {
  pods: 0.4,
  nodes: 0.013,
  deployments: 0.06,
  services: 0.06,
  serviceaccounts: 0.06,
  namespaces: 0.007,
};
const AT_LEAST = 3;

/** When everything was made. */
const MADE = '2026-01-15T08:30:00Z';

/** An object of the API, as a list has it: without its kind. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

/** One cluster, every object of which follows from its place in the list. */
export class SyntheticCluster {
  readonly #estate: Estate;
  /** Whose machines the nodes are. */
  readonly #machines: SyntheticRegion;

  constructor(estate: Estate) {
    this.#estate = estate;
    const [account = ''] = estate.aws.accounts;
    const [region = ''] = estate.aws.regions;
    this.#machines = new SyntheticRegion(estate, account, region);
  }

  count(kind: Kind): number {
    const { resources } = this.#estate.kubernetes;
    return resources === 0 ? 0 : Math.max(Math.round(SHARES[kind] * resources), AT_LEAST);
  }

  object(kind: Kind, index: number, epoch: number): KubernetesObject {
    switch (kind) {
      case 'namespaces':
        return { metadata: this.#metadata(kind, `shop-${index}`, index, epoch) };
      case 'nodes':
        return this.#node(index, epoch);
      case 'serviceaccounts':
        return { metadata: this.#inNamespace(kind, `service-${index}`, index, epoch) };
      case 'deployments':
        return this.#deployment(index, epoch);
      case 'services':
        return {
          metadata: this.#inNamespace(kind, `service-${index}`, index, epoch),
          spec: {
            type: 'ClusterIP',
            clusterIP: `10.96.${(index >> 8) & 255}.${index & 255}`,
            selector: { app: `service-${index}` },
            ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
          },
        };
      case 'pods':
        return this.#pod(index, epoch);
    }
  }

  /** What the control plane says is behind a Service: the pods of its Deployment. */
  endpointSlice(service: number): KubernetesObject {
    const pods: number[] = [];
    for (let pod = service; pod < this.count('pods'); pod += this.count('deployments')) {
      pods.push(pod);
    }
    return {
      metadata: {
        name: `service-${service}-1`,
        namespace: this.#namespaceOf(service),
        labels: { 'kubernetes.io/service-name': `service-${service}` },
      },
      addressType: 'IPv4',
      endpoints: pods.map((pod) => ({
        addresses: [podAddress(pod)],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', namespace: this.#namespaceOf(service), name: podName(pod) },
      })),
    };
  }

  #node(index: number, epoch: number): KubernetesObject {
    const { account, region, counts } = this.#machines;
    const machine = counts.instances === 0 ? null : index % counts.instances;
    const instance = machine === null ? `i-${account}${index}` : this.#machines.id('i', machine);
    const zone = `${region}a`;
    return {
      metadata: this.#metadata('nodes', `node-${index}`, index, epoch, {
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
        'node.kubernetes.io/instance-type': 'm5.xlarge',
      }),
      spec: { providerID: `aws:///${zone}/${instance}` },
      status: {
        capacity: { cpu: '4', memory: '16Gi', pods: '110' },
        allocatable: { cpu: '3920m', memory: '15Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'Hostname', address: `node-${index}` }],
      },
    };
  }

  #deployment(index: number, epoch: number): KubernetesObject {
    const replicas = Math.round(this.count('pods') / this.count('deployments'));
    const labels = { app: `service-${index}` };
    return {
      metadata: this.#inNamespace('deployments', `service-${index}`, index, epoch),
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [containerOf(index)] } },
      },
      status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
    };
  }

  #pod(index: number, epoch: number): KubernetesObject {
    const deployment = index % this.count('deployments');
    const hash = 'f'.padEnd(9, String(deployment % 10));
    const metadata = this.#inNamespace('pods', podName(index), deployment, epoch, {
      app: `service-${deployment}`,
      'pod-template-hash': hash,
    });
    const name = `service-${deployment}`;
    return {
      metadata: {
        ...metadata,
        uid: this.#uid('pods', index),
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: `${name}-${hash}`,
            uid: this.#uid('replicasets', deployment),
            controller: true,
          },
        ],
      },
      spec: {
        nodeName: `node-${index % this.count('nodes')}`,
        serviceAccountName: name,
        containers: [containerOf(deployment)],
      },
      status: {
        phase: 'Running',
        podIP: podAddress(index),
        qosClass: 'Burstable',
        startTime: MADE,
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          { name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: MADE } } },
        ],
      },
    };
  }

  #namespaceOf(deployment: number): string {
    return `shop-${deployment % this.count('namespaces')}`;
  }

  /** Of what belongs to a Deployment, in its namespace. */
  #inNamespace(
    kind: Kind,
    name: string,
    deployment: number,
    epoch: number,
    labels: Readonly<Record<string, string>> = {},
  ) {
    const namespace = this.#namespaceOf(deployment);
    return { ...this.#metadata(kind, name, deployment, epoch, labels), namespace };
  }

  #metadata(
    kind: Kind,
    name: string,
    index: number,
    epoch: number,
    labels: Readonly<Record<string, string>> = {},
  ) {
    const { seed, changed_share } = this.#estate;
    let revision = 0;
    for (let past = 1; past <= epoch; past += 1) {
      if (happens(changed_share, seed, 'kubernetes', kind, name, past)) revision += 1;
    }
    return {
      name,
      uid: this.#uid(kind, index),
      creationTimestamp: MADE,
      labels: { ...labels, revision: String(revision) },
    };
  }

  #uid(kind: string, index: number): string {
    const head = hash32(this.#estate.seed, 'kubernetes', kind).toString(16).padStart(8, '0');
    return `${head}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
  }
}

function podName(index: number): string {
  return `pod-${index}`;
}

function podAddress(index: number): string {
  return `10.${128 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${index & 255}`;
}

function containerOf(deployment: number) {
  return {
    name: 'main',
    image: `registry.example/service-${deployment}:1`,
    ports: [{ containerPort: 8080 }],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
  };
}
