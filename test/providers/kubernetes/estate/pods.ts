import { CORE, inShop, MIGRATION, meta, PROXY, type Seed, WEB_CONTAINER } from './objects.ts';

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

/** Pods that are well, in a crash loop, done and not begun. */
export const PODS: readonly Seed[] = [
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
