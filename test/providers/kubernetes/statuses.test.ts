import { describe, expect, test } from '@jest/globals';
import { containerStatus } from '../../../providers/kubernetes/pod-spec.ts';
import {
  containerCiStatus,
  podCiStatus,
  podStatus,
} from '../../../providers/kubernetes/pod-status.ts';
import { resourceType as autoscaler } from '../../../providers/kubernetes/resources/kubernetes-horizontal-pod-autoscaler.ts';
import { resourceType as httpRoute } from '../../../providers/kubernetes/resources/kubernetes-http-route.ts';
import { resourceType as job } from '../../../providers/kubernetes/resources/kubernetes-job.ts';
import { resourceType as node } from '../../../providers/kubernetes/resources/kubernetes-node.ts';
import { SCOPE } from './replay.ts';

const metadata = { name: 'one', namespace: 'shop' };
const conditions = (list: Record<string, string>) =>
  Object.entries(list).map(([type, status]) => ({ type, status }));

describe('a node', () => {
  test.each([
    [{ Ready: 'True' }, false, 'active'],
    [{ Ready: 'True', DiskPressure: 'True' }, false, 'under_maintenance'],
    [{ Ready: 'True', NetworkUnavailable: 'True' }, false, 'failed'],
    [{ Ready: 'False' }, false, 'failed'],
    [{ Ready: 'Unknown' }, false, 'failed'],
    [{ Ready: 'Unknown' }, true, 'under_maintenance'],
    [{ Ready: 'True' }, true, 'under_maintenance'],
    [{}, false, 'planned'],
  ])('with %j, cordoned: %s, is %s', (list, unschedulable, status) => {
    const record = { metadata, spec: { unschedulable }, status: { conditions: conditions(list) } };
    expect(node.toItem(node.record.parse(record), SCOPE).status).toBe(status);
  });
});

describe('a pod', () => {
  const waiting = (reason: string) => [{ name: 'web', state: { waiting: { reason } } }];
  test.each([
    [{ phase: 'Pending' }, 'planned'],
    [{ phase: 'Pending', containerStatuses: waiting('ContainerCreating') }, 'planned'],
    [{ phase: 'Pending', containerStatuses: waiting('ImagePullBackOff') }, 'failed'],
    [{ phase: 'Pending', initContainerStatuses: waiting('CrashLoopBackOff') }, 'failed'],
    [{ phase: 'Running', conditions: conditions({ Ready: 'True' }) }, 'active'],
    [{ phase: 'Running', conditions: conditions({ Ready: 'False' }) }, 'inactive'],
    [{ phase: 'Running', containerStatuses: waiting('CrashLoopBackOff') }, 'failed'],
    [{ phase: 'Succeeded' }, 'inactive'],
    [{ phase: 'Failed' }, 'failed'],
    [{ phase: 'Unknown' }, 'failed'],
  ])('with %j is %s', (status, expected) =>
    expect(podCiStatus(podStatus.parse(status), false)).toBe(expected),
  );

  test('that is being deleted is under maintenance, until it has ended', () => {
    expect(podCiStatus(podStatus.parse({ phase: 'Running' }), true)).toBe('under_maintenance');
    expect(podCiStatus(podStatus.parse({ phase: 'Succeeded' }), true)).toBe('inactive');
  });
});

describe('a container', () => {
  test.each([
    [{ running: {} }, true, 'active'],
    [{ running: {} }, false, 'inactive'],
    [{ waiting: { reason: 'PodInitializing' } }, false, 'planned'],
    [{ waiting: { reason: 'ErrImagePull' } }, false, 'failed'],
    [{ terminated: { exitCode: 0 } }, false, 'inactive'],
    [{ terminated: { exitCode: 137 } }, false, 'failed'],
    [undefined, false, 'planned'],
  ])('in state %j, ready: %s, is %s', (state, ready, expected) =>
    expect(containerCiStatus(containerStatus.parse({ name: 'web', ready, state }))).toBe(expected),
  );
});

test.each([
  [{ Complete: 'True' }, false, 'inactive'],
  [{ Failed: 'True' }, false, 'failed'],
  [{}, false, 'active'],
  [{}, true, 'inactive'],
])('a Job with %j, suspended: %s, is %s', (list, suspend, expected) => {
  const template = { spec: {} };
  const record = {
    metadata,
    spec: { suspend, template },
    status: { conditions: conditions(list) },
  };
  expect(job.toItem(job.record.parse(record), SCOPE).status).toBe(expected);
});

test.each([
  ['True', 'ValidMetricFound', 'active'],
  ['False', 'FailedGetResourceMetric', 'failed'],
  ['False', 'ScalingDisabled', 'inactive'],
])('an autoscaler that is active: %s, because of %s, is %s', (status, reason, expected) => {
  const record = {
    metadata,
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    status: { conditions: [{ type: 'ScalingActive', status, reason }] },
  };
  expect(autoscaler.toItem(autoscaler.record.parse(record), SCOPE).status).toBe(expected);
});

test.each([
  [['True', 'False'], 'active'],
  [['False'], 'failed'],
  [[], 'planned'],
])('a route that its gateways accepted with %j is %s', (verdicts, expected) => {
  const parents = verdicts.map((Accepted) => ({ conditions: conditions({ Accepted }) }));
  const record = { metadata, spec: {}, status: { parents } };
  expect(httpRoute.toItem(httpRoute.record.parse(record), SCOPE).status).toBe(expected);
});
