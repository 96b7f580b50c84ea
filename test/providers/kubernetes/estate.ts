/*
 * A small cluster with one of everything, as people write their objects and as controllers report
 * on them. Seeded into the real API server, whose answers are recorded and replayed.
 */

interface Seed {
  path: string;
  object: object;
}

const SHOP = 'shop-prod';
const meta = (name: string, more: object = {}) => ({ name, namespace: SHOP, ...more });
const inShop = (group: string, plural: string, object: object): Seed => ({
  path: `${group}/namespaces/${SHOP}/${plural}`,
  object,
});
const CORE = '/api/v1';
const APPS = '/apis/apps/v1';
const BATCH = '/apis/batch/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';
const GATEWAY = '/apis/gateway.networking.k8s.io/v1';

const PART_OF_STORE = {
  'app.kubernetes.io/name': 'web',
  'app.kubernetes.io/part-of': 'store',
  env: 'prod',
  'acme.io/team': 'storefront',
  'acme.io/owner': 'shop',
  'acme.io/cost-center': '4711',
};

/** What the container of the shop is configured with; `hunter2` stands wherever a secret does. */
const WEB_CONTAINER = {
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
const PROXY = {
  name: 'proxy',
  image: 'registry.example.org/proxy:2',
  restartPolicy: 'Always',
  resources: { requests: { cpu: '50m', memory: '64Mi' } },
};
const MIGRATION = { name: 'migrate', image: 'registry.example.org/shop/web:1.4.2' };

const template = (name: string, containers: object[] = [WEB_CONTAINER], more: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: { serviceAccountName: 'web', containers, ...more },
});
const selector = (name: string) => ({ matchLabels: { app: name } });

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

const NODES: readonly Seed[] = [
  {
    path: `${CORE}/nodes`,
    object: {
      metadata: {
        name: 'ip-10-0-0-7',
        labels: {
          'topology.kubernetes.io/region': 'eu-west-1',
          'topology.kubernetes.io/zone': 'eu-west-1a',
          'node.kubernetes.io/instance-type': 'm5.large',
          'node-role.kubernetes.io/worker': '',
          'acme.io/team': 'platform',
        },
      },
      spec: {
        providerID: 'aws:///eu-west-1a/i-0aaaaaaaaaaaaaaa1',
        podCIDR: '10.244.1.0/24',
        taints: [{ key: 'dedicated', value: 'shop', effect: 'NoSchedule' }],
      },
      status: {
        capacity: { cpu: '2', memory: '8040452Ki', pods: '29', 'ephemeral-storage': '83873772Ki' },
        allocatable: { cpu: '1930m', memory: '7023540Ki', pods: '29' },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady' },
          { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' },
        ],
        addresses: [
          { type: 'InternalIP', address: '10.0.0.7' },
          { type: 'ExternalIP', address: '52.1.2.3' },
          { type: 'Hostname', address: 'ip-10-0-0-7.eu-west-1.compute.internal' },
          { type: 'ExternalDNS', address: 'ec2-52-1-2-3.eu-west-1.compute.amazonaws.com' },
        ],
        nodeInfo: {
          machineID: 'ec2a3f',
          systemUUID: 'ec2a3f',
          bootID: 'b',
          kernelVersion: '6.1.0',
          osImage: 'Bottlerocket OS 1.20',
          containerRuntimeVersion: 'containerd://1.7.22',
          kubeletVersion: 'v1.34.4',
          kubeProxyVersion: '',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    },
  },
  {
    path: `${CORE}/nodes`,
    object: {
      metadata: {
        name: 'control-1',
        labels: {
          'topology.kubernetes.io/region': 'eu-west-1',
          'node-role.kubernetes.io/control-plane': '',
        },
      },
      spec: { unschedulable: true },
      status: {
        capacity: { cpu: '3920m', memory: '16Gi' },
        conditions: [
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
          { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory' },
        ],
      },
    },
  },
];

const running = (name: string, more: object = {}) => ({
  name,
  ready: true,
  restartCount: 0,
  image: 'registry.example.org/x',
  imageID: `registry.example.org/x@sha256:${'0'.repeat(64)}`,
  state: { running: { startedAt: '2026-03-01T08:00:05Z' } },
  ...more,
});

const pod = (name: string, spec: object, status: object, more: object = {}): Seed =>
  inShop(CORE, 'pods', { metadata: meta(name, more), spec, status });

const OWNED_BY_REPLICA_SET = {
  labels: { app: 'web', 'pod-template-hash': '7d4b9c', env: 'prod', 'acme.io/team': 'storefront' },
  ownerReferences: [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-7d4b9c',
      uid: '00000000-0000-4000-8000-000000000001',
      controller: true,
    },
  ],
};

const PODS: readonly Seed[] = [
  pod(
    'web-7d4b9c-x2x2x',
    {
      nodeName: 'ip-10-0-0-7',
      serviceAccountName: 'web',
      hostNetwork: true,
      initContainers: [PROXY, MIGRATION],
      containers: [
        { ...WEB_CONTAINER, ports: [{ name: 'http', containerPort: 8080, hostPort: 8080 }] },
      ],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        {
          name: 'scratch',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
        { name: 'secret', secret: { secretName: 'hunter2' } },
      ],
    },
    {
      phase: 'Running',
      podIP: '10.244.1.5',
      podIPs: [{ ip: '10.244.1.5' }],
      hostIP: '10.0.0.7',
      hostIPs: [{ ip: '10.0.0.7' }],
      qosClass: 'Burstable',
      startTime: '2026-03-01T08:00:00Z',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [running('web', { restartCount: 3 })],
      initContainerStatuses: [
        running('proxy'),
        running('migrate', { state: { terminated: { exitCode: 0, reason: 'Completed' } } }),
      ],
    },
    OWNED_BY_REPLICA_SET,
  ),
  pod(
    'web-7d4b9c-y3y3y',
    { nodeName: 'ip-10-0-0-7', containers: [WEB_CONTAINER] },
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        running('web', {
          ready: false,
          restartCount: 12,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        }),
      ],
    },
    OWNED_BY_REPLICA_SET,
  ),
  // Cleaned up after a schedule: its owner is the CronJob `clean`, by the minute in the Job's name.
  pod(
    'clean-done',
    { restartPolicy: 'Never', containers: [{ name: 'clean', image: 'busybox' }] },
    {
      phase: 'Succeeded',
      containerStatuses: [
        running('clean', {
          ready: false,
          state: { terminated: { exitCode: 1, reason: 'Error' } },
        }),
      ],
    },
    {
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: `clean-${Math.floor(Date.now() / 60_000)}`,
          uid: '00000000-0000-4000-8000-000000000002',
          controller: true,
        },
      ],
    },
  ),
  pod('by-hand', { containers: [{ name: 'shell', image: 'busybox' }] }, { phase: 'Pending' }),
];

const WORKLOADS: readonly Seed[] = [
  inShop(APPS, 'deployments', {
    metadata: meta('web', { labels: PART_OF_STORE }),
    spec: { replicas: 2, selector: selector('web'), template: template('web') },
    status: {
      replicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True' },
      ],
    },
  }),
  inShop(APPS, 'deployments', {
    metadata: meta('off', { labels: { 'app.kubernetes.io/name': 'off' } }),
    spec: { replicas: 0, selector: selector('off'), template: template('off') },
  }),
  inShop(APPS, 'deployments', {
    metadata: meta('down'),
    spec: { paused: true, selector: selector('down'), template: template('down') },
    status: { conditions: [{ type: 'Available', status: 'False' }] },
  }),
  inShop(APPS, 'statefulsets', {
    metadata: meta('queue', { labels: PART_OF_STORE }),
    spec: {
      replicas: 3,
      serviceName: 'queue',
      selector: selector('queue'),
      template: template('queue'),
    },
    status: { replicas: 3, readyReplicas: 3, availableReplicas: 3 },
  }),
  inShop(APPS, 'daemonsets', {
    metadata: meta('agent', { labels: PART_OF_STORE }),
    spec: { selector: selector('agent'), template: template('agent') },
    status: {
      currentNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberReady: 1,
      numberAvailable: 1,
      numberMisscheduled: 0,
    },
  }),
  inShop(BATCH, 'cronjobs', {
    metadata: meta('clean', { labels: PART_OF_STORE }),
    spec: {
      schedule: '17 3 * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { template: template('clean', undefined, { restartPolicy: 'Never' }) } },
    },
    status: {
      lastScheduleTime: '2026-03-01T03:17:00Z',
      lastSuccessfulTime: '2026-03-01T03:18:00Z',
    },
  }),
  inShop(BATCH, 'jobs', {
    metadata: meta('clean-29000000', {
      labels: PART_OF_STORE,
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: 'clean',
          uid: '00000000-0000-4000-8000-000000000003',
          controller: true,
        },
      ],
    }),
    spec: {
      completions: 1,
      parallelism: 1,
      template: template('clean', undefined, { restartPolicy: 'Never' }),
    },
    status: {
      succeeded: 1,
      startTime: '2026-03-01T03:17:00Z',
      completionTime: '2026-03-01T03:18:00Z',
      conditions: [
        { type: 'SuccessCriteriaMet', status: 'True' },
        { type: 'Complete', status: 'True' },
      ],
      uncountedTerminatedPods: {},
    },
  }),
  // What the cluster runs for everybody.
  ...(
    [
      ['daemonsets', 'calico-node'],
      ['daemonsets', 'fluent-bit'],
      ['deployments', 'cluster-autoscaler'],
      ['statefulsets', 'prometheus-main'],
    ] as const
  ).map(([plural, name]) => ({
    path: `${APPS}/namespaces/monitoring/${plural}`,
    object: {
      metadata: { name, namespace: 'monitoring' },
      spec: {
        selector: selector(name),
        template: { metadata: { labels: { app: name } }, spec: { containers: [MIGRATION] } },
        ...(plural === 'statefulsets' ? { serviceName: name } : {}),
      },
    },
  })),
  {
    path: `${CORE}/namespaces/kube-system/pods`,
    object: {
      metadata: {
        name: 'kube-controller-manager-control-1',
        namespace: 'kube-system',
        labels: { component: 'kube-controller-manager' },
      },
      spec: {
        priorityClassName: 'system-node-critical',
        containers: [
          {
            name: 'kube-controller-manager',
            image: 'registry.k8s.io/kube-controller-manager:v1.34.4',
            command: ['kube-controller-manager', '--cluster-cidr=10.244.0.0/16'],
          },
        ],
      },
    },
  },
];

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

const NETWORK: readonly Seed[] = [
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

const STORAGE: readonly Seed[] = [
  {
    path: `${CORE}/persistentvolumes`,
    object: {
      metadata: {
        name: 'pvc-1',
        labels: {
          'topology.kubernetes.io/region': 'eu-west-1',
          'topology.kubernetes.io/zone': 'eu-west-1a',
        },
      },
      spec: {
        capacity: { storage: '20Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'gp3',
        persistentVolumeReclaimPolicy: 'Retain',
        volumeMode: 'Filesystem',
        claimRef: { namespace: SHOP, name: 'data' },
        csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0aaaaaaaaaaaaaaa1', fsType: 'ext4' },
      },
      status: { phase: 'Bound' },
    },
  },
  inShop(CORE, 'persistentvolumeclaims', {
    metadata: meta('data'),
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'gp3',
      volumeName: 'pvc-1',
      resources: { requests: { storage: '20Gi' } },
    },
    status: { phase: 'Bound', capacity: { storage: '20Gi' } },
  }),
];

const OTHERS: readonly Seed[] = [
  inShop(CORE, 'serviceaccounts', {
    metadata: meta('web', {
      annotations: {
        'eks.amazonaws.com/role-arn': 'arn:aws:iam::111111111111:role/web',
        'iam.gke.io/gcp-service-account': 'web@shop.iam.gserviceaccount.com',
        'azure.workload.identity/client-id': '00000000-0000-4000-8000-000000000004',
        'kubectl.kubernetes.io/last-applied-configuration': '{"password":"hunter2"}',
      },
    }),
    automountServiceAccountToken: false,
  }),
  inShop('/apis/autoscaling/v2', 'horizontalpodautoscalers', {
    metadata: meta('web'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      lastScaleTime: '2026-03-01T08:00:00Z',
      currentMetrics: [],
      conditions: [{ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }],
    },
  }),
];

/** Everything, in an order in which it can be made. */
export const ESTATE: readonly Seed[] = [
  ...NODES,
  ...PODS,
  ...WORKLOADS,
  ...NETWORK,
  ...STORAGE,
  ...OTHERS,
];
