import { compareDiscovery } from '../compare-discovery.ts';

/**
 * The share of each provider in the estate, as we have assumed it: two clouds beside a main one, and a
 * cluster on the machines of that.
 */
const SHARES = { aws: 0.4, kubernetes: 0.3, gcp: 0.15, azure: 0.15 };

/** Discovery of all providers in one run. */
export const benchmark = compareDiscovery(
  'mixed',
  'a first and a second discovery of AWS, Google Cloud, Azure and Kubernetes, as multiples of the raw listing',
  (total) => ({
    aws: { resources: total * SHARES.aws },
    kubernetes: { resources: total * SHARES.kubernetes },
    gcp: { resources: total * SHARES.gcp },
    azure: { resources: total * SHARES.azure },
  }),
);
