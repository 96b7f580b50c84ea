import { CORE, GATEWAY, inShop, meta, NETWORKING, type Seed, SHOP } from './objects.ts';

const endpoints = (service: string, family: string, pods: readonly [string, string, object][]) =>
  inShop('/apis/discovery.k8s.io/v1', 'endpointslices', {
    metadata: meta(`${service}-${family.toLowerCase()}`, {
      labels: { 'kubernetes.io/service-name': service },
    }),
    addressType: family,
    ports: [],
    endpoints: pods.map(([name, address, conditions]) => ({
      addresses: [address],
      conditions,
      targetRef: { kind: 'Pod', namespace: SHOP, name },
    })),
  });

/** Services with what is behind them and before them. */
export const NETWORK: readonly Seed[] = [
  inShop(CORE, 'services', {
    metadata: meta('web', { labels: { env: 'prod' } }),
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    },
    status: {
      loadBalancer: {
        ingress: [{ hostname: 'a1b2.elb.eu-west-1.amazonaws.com' }, { ip: '34.1.2.3' }],
      },
    },
  }),
  endpoints('web', 'IPv4', [
    ['web-7d4b9c-x2x2x', '10.244.1.5', { ready: true }],
    ['web-7d4b9c-y3y3y', '10.244.1.6', { ready: false }],
    ['web-7d4b9c-gone', '10.244.1.7', { ready: false, terminating: true }],
  ]),
  endpoints('web', 'IPv6', [['web-7d4b9c-x2x2x', 'fd00::5', { ready: true }]]),
  inShop(CORE, 'services', {
    metadata: meta('orders-db'),
    spec: { type: 'ExternalName', externalName: 'orders.abc.eu-west-1.rds.amazonaws.com' },
  }),
  inShop(CORE, 'services', {
    metadata: meta('queue'),
    spec: { clusterIP: 'None', selector: { app: 'queue' }, ports: [{ port: 5672 }] },
  }),
  inShop(NETWORKING, 'ingresses', {
    metadata: meta('web'),
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example.org'], secretName: 'hunter2' }],
      rules: [
        {
          host: 'shop.example.org',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ hostname: 'a1b2.elb.eu-west-1.amazonaws.com' }] } },
  }),
  inShop(GATEWAY, 'httproutes', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: meta('web'),
    spec: {
      parentRefs: [{ name: 'public', namespace: 'monitoring' }],
      hostnames: ['shop.example.org'],
      rules: [
        {
          backendRefs: [
            { name: 'web', port: 80 },
            { kind: 'Service', name: 'queue' },
          ],
        },
      ],
    },
    status: { parents: [{ conditions: [{ type: 'Accepted', status: 'True' }] }] },
  }),
  inShop(NETWORKING, 'networkpolicies', {
    metadata: meta('web'),
    spec: {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: 'proxy' } } },
            { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } },
          ],
          ports: [{ protocol: 'TCP', port: 8080 }],
        },
      ],
      egress: [
        {
          to: [
            {
              namespaceSelector: {
                matchExpressions: [{ key: 'stage', operator: 'In', values: ['test', 'prod'] }],
              },
            },
          ],
        },
      ],
    },
  }),
];
