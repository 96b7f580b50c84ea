/** An object to make, and the collection that it goes into. */
export interface Seed {
  path: string;
  object: object;
}

export const SHOP = 'shop-prod';
export const meta = (name: string, more: object = {}) => ({ name, namespace: SHOP, ...more });
/** An object of the shop’s namespace, in a collection of an API group. */
export const inShop = (group: string, plural: string, object: object): Seed => ({
  path: `${group}/namespaces/${SHOP}/${plural}`,
  object,
});
export const CORE = '/api/v1';
export const APPS = '/apis/apps/v1';
export const BATCH = '/apis/batch/v1';
export const NETWORKING = '/apis/networking.k8s.io/v1';
export const GATEWAY = '/apis/gateway.networking.k8s.io/v1';

/** The labels of the shop’s workloads. */
export const PART_OF_STORE = {
  'app.kubernetes.io/name': 'web',
  'app.kubernetes.io/part-of': 'store',
  env: 'prod',
  'acme.io/team': 'storefront',
  'acme.io/owner': 'shop',
  'acme.io/cost-center': '4711',
};

/** What the container of the shop is configured with; `hunter2` stands wherever a secret does. */
export const WEB_CONTAINER = {
  name: 'web',
  image: 'registry.example.org/shop/web:1.4.2',
  command: ['web', '--api-key=hunter2'],
  env: [
    {
      name: 'DATABASE_URL',
      value: 'postgres://shop:hunter2@orders.abc.eu-west-1.rds.amazonaws.com/shop',
    },
    { name: 'CACHE_HOST', value: 'cache' },
    {
      name: 'PAYMENTS_URL',
      value: 'http://payments.billing.svc.cluster.local:8080/v1?key=hunter2',
    },
    { name: 'PUBLIC_IP_URL', value: 'https://8.8.8.8/' },
    { name: 'API_TOKEN', value: 'hunter2.example.org' },
    { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 'shop', key: 'password' } } },
  ],
  envFrom: [{ secretRef: { name: 'shop' } }],
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: {
    requests: { cpu: '250m', memory: '256Mi' },
    limits: { cpu: '1.5', memory: '0.5Gi' },
  },
};
/** A sidecar: an init container that goes on running. */
export const PROXY = {
  name: 'proxy',
  image: 'registry.example.org/proxy:2',
  restartPolicy: 'Always',
  resources: { requests: { cpu: '50m', memory: '64Mi' } },
};
/** An init container that ends. */
export const MIGRATION = { name: 'migrate', image: 'registry.example.org/shop/web:1.4.2' };

export const template = (
  name: string,
  containers: object[] = [WEB_CONTAINER],
  more: object = {},
) => ({
  metadata: { labels: { app: name } },
  spec: { serviceAccountName: 'web', containers, ...more },
});
export const selector = (name: string) => ({ matchLabels: { app: name } });
