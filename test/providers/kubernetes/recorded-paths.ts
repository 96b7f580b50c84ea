const CORE = '/api/v1';
const APPS = '/apis/apps/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';

/** What the provider asks the API server for, and the file under `recorded/` that has the answer. */
export const RECORDED_PATHS: ReadonlyMap<string, string> = new Map([
  ['/version', 'version.json'],
  [`${CORE}/namespaces/kube-system`, 'kube-system.json'],
  [`${CORE}/namespaces/kube-system/pods`, 'kube-system-pods.json'],
  ...[
    'namespaces',
    'nodes',
    'persistentvolumeclaims',
    'persistentvolumes',
    'pods',
    'serviceaccounts',
    'services',
  ].map((plural) => recorded(CORE, plural)),
  ...['daemonsets', 'deployments', 'statefulsets'].map((plural) => recorded(APPS, plural)),
  ...['cronjobs', 'jobs'].map((plural) => recorded('/apis/batch/v1', plural)),
  ...['ingresses', 'networkpolicies', 'servicecidrs'].map((plural) => recorded(NETWORKING, plural)),
  recorded('/apis/autoscaling/v2', 'horizontalpodautoscalers'),
  recorded('/apis/discovery.k8s.io/v1', 'endpointslices'),
  recorded('/apis/gateway.networking.k8s.io/v1', 'httproutes'),
]);

function recorded(group: string, plural: string): [string, string] {
  return [`${group}/${plural}`, `${plural}.json`];
}
