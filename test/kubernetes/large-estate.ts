/** An object to make, and the collection that it goes into. */
interface Seed {
  path: string;
  object: object;
}

export const NODES = 50;
export const PODS = 5_000;
/** Services of each of the two sorts; each has as many pods as there are nodes. */
const SERVICES = PODS / NODES;
const NAMESPACE = 'shop-prod';

const nodeName = (node: number) => `node-${node}`;
const podName = (pod: number) => `web-${String(pod).padStart(4, '0')}`;

/** The names of the pods on a node. */
export function podsOn(node: number): string[] {
  return podNumbers()
    .filter((pod) => pod % NODES === node)
    .map(podName);
}

/** The Services all of whose pods are on a node, and those that have one there and others elsewhere. */
export function servicesOn(node: number): { pinned: string[]; spread: string[] } {
  const all = Array.from({ length: SERVICES }, (_, service) => service);
  return {
    pinned: all.filter((service) => service % NODES === node).map((service) => `pinned-${service}`),
    spread: all.map((service) => `spread-${service}`),
  };
}

function podNumbers(): number[] {
  return Array.from({ length: PODS }, (_, pod) => pod);
}

/**
 * 5,000 pods on 50 nodes, and behind two sorts of Services: a `pinned` one has its 50 pods on one
 * node, a `spread` one has one on each.
 *
 * @param instanceIds the EC2 instances that the nodes are
 */
export function* largeEstate(instanceIds: readonly string[], volumeId: string): Generator<Seed> {
  const core = `/api/v1/namespaces/${NAMESPACE}`;
  yield { path: '/api/v1/namespaces', object: { metadata: { name: NAMESPACE } } };
  for (const [node, instance] of instanceIds.entries()) yield nodeSeed(node, instance);
  yield* volumeSeeds(core, volumeId);
  yield {
    path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
    object: {
      metadata: { name: 'web', labels: { 'app.kubernetes.io/part-of': 'store' } },
      spec: {
        replicas: PODS,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web' }] },
        },
      },
    },
  };
  for (const pod of podNumbers()) yield { path: `${core}/pods`, object: podObject(pod) };
  for (let service = 0; service < SERVICES; service++) {
    const pinned = podNumbers().filter((pod) => pod % SERVICES === service);
    const spread = podNumbers().slice(service * NODES, (service + 1) * NODES);
    yield* serviceSeeds(core, `pinned-${service}`, pinned);
    yield* serviceSeeds(core, `spread-${service}`, spread);
  }
}

function nodeSeed(node: number, instance: string): Seed {
  return {
    path: '/api/v1/nodes',
    object: {
      metadata: { name: nodeName(node) },
      spec: { providerID: `aws:///eu-west-1a/${instance}` },
      status: {
        capacity: { cpu: '4', memory: '16Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
  };
}

function podObject(pod: number): object {
  return {
    metadata: {
      name: podName(pod),
      labels: { app: 'web', 'pod-template-hash': '7d4b9c' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web-7d4b9c',
          uid: '00000000-0000-4000-8000-000000000001',
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: nodeName(pod % NODES),
      containers: [{ name: 'web', image: 'web' }],
      volumes: pod === 0 ? [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] : [],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function* serviceSeeds(core: string, name: string, pods: readonly number[]): Generator<Seed> {
  yield {
    path: `${core}/services`,
    object: { metadata: { name }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
  };
  yield {
    path: `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`,
    object: {
      metadata: { name, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [],
      endpoints: pods.map((pod) => ({
        addresses: [`10.244.${Math.floor(pod / 250)}.${(pod % 250) + 1}`],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', namespace: NAMESPACE, name: podName(pod) },
      })),
    },
  };
}

function* volumeSeeds(core: string, volumeId: string): Generator<Seed> {
  const capacity = { storage: '8Gi' };
  const accessModes = ['ReadWriteOnce'];
  yield {
    path: '/api/v1/persistentvolumes',
    object: {
      metadata: { name: 'pv-data' },
      spec: {
        capacity,
        accessModes,
        claimRef: { namespace: NAMESPACE, name: 'data' },
        csi: { driver: 'ebs.csi.aws.com', volumeHandle: volumeId },
      },
      status: { phase: 'Bound' },
    },
  };
  yield {
    path: `${core}/persistentvolumeclaims`,
    object: {
      metadata: { name: 'data' },
      spec: { accessModes, volumeName: 'pv-data', resources: { requests: capacity } },
      status: { phase: 'Bound', capacity },
    },
  };
}
