import {
  APPS,
  BATCH,
  CORE,
  inShop,
  MIGRATION,
  meta,
  PART_OF_STORE,
  type Seed,
  selector,
  template,
} from './objects.ts';

/** What makes pods, and what the cluster runs for everybody. */
export const WORKLOADS: readonly Seed[] = [
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
