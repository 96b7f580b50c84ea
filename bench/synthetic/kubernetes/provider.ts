import type { SyntheticAnswer, SyntheticCall, SyntheticProvider } from '../call.ts';
import type { Estate } from '../options.ts';
import { json } from '../server.ts';
import { type Kind, type KubernetesObject, SyntheticCluster } from './estate.ts';

/** A call of the API server, read from its address. */
export interface KubernetesCall extends SyntheticCall {
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** Who the cluster is: the uid of its first namespace. */
const IDENTITY = '/api/v1/namespaces/kube-system';
export const CLUSTER_UID = '00000000-0000-4000-8000-00000000000c';
const VERSION = { major: '1', minor: '34', gitVersion: 'v1.34.4', platform: 'linux/amd64' };

const COLLECTIONS: Readonly<Record<string, Kind>> = {
  '/api/v1/namespaces': 'namespaces',
  '/api/v1/nodes': 'nodes',
  '/api/v1/pods': 'pods',
  '/api/v1/services': 'services',
  '/api/v1/serviceaccounts': 'serviceaccounts',
  '/apis/apps/v1/deployments': 'deployments',
};
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';
/** Which Services' slices are asked for, by name. */
const SERVICES_WANTED = /^kubernetes\.io\/service-name in \((.*)\)$/;

/** Kubernetes at the wire: one cluster, whose nodes are machines of the synthetic AWS. */
export function createSyntheticKubernetes(estate: Estate): SyntheticProvider<KubernetesCall> {
  const cluster = new SyntheticCluster(estate);

  function page({ path, parameters }: KubernetesCall, epoch: number): SyntheticAnswer {
    const kind = COLLECTIONS[path];
    // What a selector looks for – pods of the control plane – is not there.
    const total = kind && !parameters.has('labelSelector') ? cluster.count(kind) : 0;
    const start = Number(parameters.get('continue') ?? 0);
    const end = Math.min(start + Number(parameters.get('limit') ?? total), total);
    const items: KubernetesObject[] = [];
    for (let index = start; kind && index < end; index += 1) {
      items.push(cluster.object(kind, index, epoch));
    }
    return list(items, end < total ? { continue: String(end) } : {});
  }

  /** Of the named Services, all on one page: the client asks for a hundred at once. */
  function slices({ parameters }: KubernetesCall): SyntheticAnswer {
    const names = SERVICES_WANTED.exec(parameters.get('labelSelector') ?? '')?.[1] ?? '';
    const services = names
      .split(',')
      .flatMap((name) => (/^service-\d+$/.test(name) ? [Number(name.slice(8))] : []));
    return list(services.map((service) => cluster.endpointSlice(service)));
  }

  return {
    recognise({ method, url }) {
      const path = url.pathname;
      if (method !== 'GET' || !/^\/(api\/v1|apis)\/|^\/version$/.test(path)) return null;
      return {
        provider: 'kubernetes',
        account: CLUSTER_UID,
        region: null,
        operation: `${path.split('/').at(-1)}:list`,
        is_later_page: url.searchParams.has('continue'),
        path,
        parameters: url.searchParams,
      };
    },

    answer(call, epoch) {
      if (call.path === '/version') return json(200, VERSION);
      if (call.path === IDENTITY) {
        return json(200, { metadata: { name: 'kube-system', uid: CLUSTER_UID } });
      }
      return call.path === SLICES ? slices(call) : page(call, epoch);
    },

    refuse({ path }, kind) {
      if (kind === 'throttled') return status(429, 'TooManyRequests', 'Too many requests.');
      if (kind === 'failed') return status(500, 'InternalError', 'An internal error occurred.');
      return status(403, 'Forbidden', `cannot list resource at ${path}`);
    },
  };
}

function list(items: readonly KubernetesObject[], metadata: object = {}): SyntheticAnswer {
  return json(200, {
    kind: 'List',
    apiVersion: 'v1',
    metadata: { resourceVersion: '1', ...metadata },
    items,
  });
}

function status(code: number, reason: string, message: string): SyntheticAnswer {
  return json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });
}
