import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { announceAttempt, announcePage } from '../../../activities/announce-slice.ts';
import { announceCall } from '../../../providers/announce-call.ts';
import { workerMetrics } from '../../../worker/metrics/worker-metrics.ts';

test('slices, their duration and type, records, calls and throttles are counted until it stops', async () => {
  const registry = new Registry();
  const stop = workerMetrics(registry);
  announcePage({ provider: 'aws', records: 40, rejected: 2 });
  announcePage({ provider: 'aws', records: 2, rejected: 0 });
  const attempt = { provider: 'aws' as const, resource_type: 'aws_vpc', duration_ms: 2_000 };
  announceAttempt({ ...attempt, outcome: 'retried' });
  announceAttempt({ ...attempt, outcome: 'complete' });
  const call = { provider: 'aws' as const, operation: 'EC2 DescribeVpcs', duration_ms: 50 };
  for (const outcome of ['throttled', 'throttled', 'denied', 'ok'] as const) {
    announceCall({ ...call, outcome });
  }
  const told = await registry.metrics();
  for (const line of [
    'cmdb_records_listed_total{provider="aws"} 42',
    'cmdb_records_rejected_total{provider="aws"} 2',
    'cmdb_slice_attempt_duration_seconds_sum{provider="aws",outcome="complete"} 2',
    'cmdb_slice_attempt_duration_seconds_count{provider="aws",outcome="retried"} 1',
    'cmdb_slice_attempt_seconds_total{provider="aws",resource_type="aws_vpc"} 4',
    'cmdb_provider_call_duration_seconds_count{provider="aws",outcome="throttled"} 2',
    'cmdb_provider_call_duration_seconds_count{provider="aws",outcome="denied"} 1',
    'cmdb_provider_throttles_total{provider="aws"} 2',
  ]) {
    expect(told.split('\n')).toContain(line);
  }

  stop();
  announcePage({ provider: 'aws', records: 1, rejected: 0 });
  announceCall({ ...call, outcome: 'throttled' });
  expect(await registry.metrics()).toBe(told);
});
