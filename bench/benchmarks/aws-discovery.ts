import { compareDiscovery } from '../compare-discovery.ts';

/** Discovery of the synthetic AWS alone. */
export const benchmark = compareDiscovery(
  'aws',
  'a first and a second discovery of AWS, as multiples of the raw listing',
  (resources) => ({ aws: { resources } }),
);
