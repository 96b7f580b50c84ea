/*
 * A small cluster with one of everything, as people write their objects and as controllers report
 * on them. Seeded into the real API server, whose answers are recorded and replayed.
 */
import { NETWORK } from './estate/network.ts';
import { NODES } from './estate/nodes.ts';
import type { Seed } from './estate/objects.ts';
import { PODS } from './estate/pods.ts';
import { OTHERS, STORAGE } from './estate/storage.ts';
import { WORKLOADS } from './estate/workloads.ts';

/** Everything, in an order in which it can be made. */
export const ESTATE: readonly Seed[] = [
  ...NODES,
  ...PODS,
  ...WORKLOADS,
  ...NETWORK,
  ...STORAGE,
  ...OTHERS,
];
