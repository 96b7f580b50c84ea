import { CORE, type Seed, SHOP } from './objects.ts';

/** What must be there before the rest can be made. */
export const FIRST: readonly Seed[] = [
  ...[SHOP, 'billing', 'monitoring'].map((name) => ({
    path: `${CORE}/namespaces`,
    object: { metadata: { name, labels: name === SHOP ? { stage: 'production' } : {} } },
  })),
  {
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    object: {
      metadata: {
        name: 'httproutes.gateway.networking.k8s.io',
        annotations: {
          'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api',
        },
      },
      spec: {
        group: 'gateway.networking.k8s.io',
        names: { kind: 'HTTPRoute', plural: 'httproutes' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        ],
      },
    },
  },
];
