import { Counter, Histogram, type Registry } from 'prom-client';
import { onListing } from '../../activities/announce-slice.ts';
import { onProviderCall } from '../../providers/announce-call.ts';

/** From one call to the slowest listings. */
const SLICE_BUCKETS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
const CALL_BUCKETS_SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60];

/**
 * Counts what this process lists: `rate(cmdb_records_listed_total[1m])` is items a second.
 *
 * @returns stops it
 */
export function workerMetrics(registry: Registry): () => void {
  const registers = [registry];
  const records = new Counter({
    name: 'cmdb_records_listed_total',
    help: 'Records that were listed and staged, by provider.',
    labelNames: ['provider'],
    registers,
  });
  const rejected = new Counter({
    name: 'cmdb_records_rejected_total',
    help: 'Records that could not be read.',
    labelNames: ['provider'],
    registers,
  });
  const slices = new Histogram({
    name: 'cmdb_slice_attempt_duration_seconds',
    help: 'Attempts at listing a slice, by how they ended; retried ones are followed by another.',
    labelNames: ['provider', 'outcome'],
    buckets: SLICE_BUCKETS_SECONDS,
    registers,
  });
  const typeSeconds = new Counter({
    name: 'cmdb_slice_attempt_seconds_total',
    help: 'Time spent on listing slices, by resource type: which of them a discovery waits for.',
    labelNames: ['provider', 'resource_type'],
    registers,
  });
  const calls = new Histogram({
    name: 'cmdb_provider_call_duration_seconds',
    help: 'Calls to providers, each attempt by itself, by how it ended.',
    labelNames: ['provider', 'outcome'],
    buckets: CALL_BUCKETS_SECONDS,
    registers,
  });
  const throttles = new Counter({
    name: 'cmdb_provider_throttles_total',
    help: 'Calls that a provider refused because there were too many.',
    labelNames: ['provider'],
    registers,
  });
  const stopListing = onListing({
    page: (page) => {
      records.inc({ provider: page.provider }, page.records);
      rejected.inc({ provider: page.provider }, page.rejected);
    },
    attempt: ({ provider, resource_type, outcome, duration_ms }) => {
      slices.observe({ provider, outcome }, duration_ms / 1000);
      typeSeconds.inc({ provider, resource_type }, duration_ms / 1000);
    },
  });
  const stopCalls = onProviderCall(({ provider, outcome, duration_ms }) => {
    calls.observe({ provider, outcome }, duration_ms / 1000);
    throttles.inc({ provider }, outcome === 'throttled' ? 1 : 0);
  });
  return () => {
    stopListing();
    stopCalls();
  };
}
