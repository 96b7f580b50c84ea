import { z } from 'zod';

/** Calls that a fault is for; what is not named matches everything. */
const target = z.strictObject({
  provider: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
  /** The operation, or its beginning with `*` at the end: `ec2:*`. */
  operation: z.string().optional(),
});
export type FaultTarget = z.infer<typeof target>;

/** How the providers behave; settable while they run, by `PUT /_synthetic/faults`. */
export const faultsSchema = z.strictObject({
  /** Waited before each answer. */
  latency_ms: z.number().min(0).default(0),
  /** Each body is sent in two halves, with this between them. */
  slow_body_ms: z.number().min(0).default(0),
  /** Every n-th call is throttled; 0 for none. */
  throttle_every: z.int().min(0).default(0),
  /** Said in `Retry-After` of what is throttled; null to say nothing. */
  retry_after_s: z.number().min(0).nullable().default(null),
  /** Every n-th call fails with a fault of the server; 0 for none. */
  fail_every: z.int().min(0).default(0),
  denied: z.array(target).default([]),
  /** Always failing. */
  failed: z.array(target).default([]),
  /** Failing at each page but the first of a list. */
  failed_in_mid_list: z.array(target).default([]),
});
export type Faults = z.infer<typeof faultsSchema>;

/** What there is; settled at start. */
export const estateSchema = z.strictObject({
  seed: z.string().default('1'),
  /** The share of the resources that each epoch changes. */
  changed_share: z.number().min(0).max(1).default(0.01),
  aws: z
    .strictObject({
      /** Over all accounts and regions, give or take what does not divide evenly. */
      resources: z.int().min(0).default(1_000),
      accounts: z
        .array(z.string().regex(/^\d{12}$/))
        .min(1)
        .default(['111111111111']),
      regions: z.array(z.string()).min(1).default(['us-east-1', 'eu-west-1']),
    })
    .prefault({}),
  azure: z
    .strictObject({
      /** Over all subscriptions, roughly: of every kind there are a few at least. */
      resources: z.int().min(0).default(1_000),
      subscriptions: z.array(z.guid()).min(1).default(['00000000-0000-4000-8000-000000000001']),
      locations: z.array(z.string()).min(1).default(['westeurope', 'northeurope']),
      page_size: z.int().min(1).default(200),
      /** Every n-th record of a list is one that nobody can read; 0 for none. */
      odd_every: z.int().min(0).default(0),
    })
    .prefault({}),
  gcp: z
    .strictObject({
      /** Over all projects, give or take what does not divide evenly. */
      resources: z.int().min(0).default(1_000),
      projects: z.array(z.string()).min(1).default(['synthetic-1']),
      zones: z.array(z.string()).min(1).default(['europe-west1-b', 'us-central1-a']),
      /** Most items on a page, whatever is asked for. */
      page_size: z.int().min(1).default(1_000),
      /** Scopes of aggregated lists that give no answer: `zones/us-central1-a`. */
      unreachable: z.array(z.string()).default([]),
    })
    .prefault({}),
  kubernetes: z
    .strictObject({
      /** Of one cluster, with a container for each pod. Its nodes are instances of the AWS there. */
      resources: z.int().min(0).default(1_000),
    })
    .prefault({}),
});
export type Estate = z.infer<typeof estateSchema>;
