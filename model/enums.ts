import { z } from 'zod';

export const ciStatusSchema = z.enum([
  'active',
  'inactive',
  'deprecated',
  'planned',
  'retired',
  'under_maintenance',
  'failed',
]);
export type CiStatus = z.infer<typeof ciStatusSchema>;

/** The contract's six environments, and `unknown` for what nothing tells: never invented. */
export const ciEnvironmentSchema = z.enum([
  'production',
  'staging',
  'development',
  'test',
  'qa',
  'disaster_recovery',
  'unknown',
]);
export type CiEnvironment = z.infer<typeof ciEnvironmentSchema>;

export const relationTypeSchema = z.enum([
  'depends_on',
  'hosted_on',
  'connects_to',
  'runs_on',
  'uses',
  'communicates_with',
  'part_of',
  'managed_by',
  'monitors',
  'backs_up',
]);
export type RelationType = z.infer<typeof relationTypeSchema>;

/**
 * How a failure spreads over a relationship.
 * - `forward`: the target fails, so the source suffers (a pod RUNS_ON a node)
 * - `reverse`: the source fails, so the target suffers (a pod MANAGED_BY a deployment)
 * - `none`: neither (two services that COMMUNICATES_WITH each other)
 */
export const spreadSchema = z.enum(['forward', 'reverse', 'none']);
export type Spread = z.infer<typeof spreadSchema>;

export const providerSchema = z.enum(['aws', 'gcp', 'azure', 'kubernetes', 'host', 'declared']);
/**
 * A source that is discovered, and the value of `provider` in the items found there; `declared` are
 * those that people say there are.
 */
export type ProviderName = z.infer<typeof providerSchema>;
