import { CORE, inShop, meta, type Seed, SHOP } from './objects.ts';

/** A claim, and the EBS volume beneath its volume. */
export const STORAGE: readonly Seed[] = [
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

/** Who pods act as, and what watches how many there are. */
export const OTHERS: readonly Seed[] = [
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
