import { z } from 'zod';
import { providerSchema } from './enums.ts';

/** What is scanned with one set of credentials at one endpoint: a region of an account. */
export const scopeSchema = z.object({
  provider: providerSchema,
  /** AWS account id, GCP project, Azure subscription, cluster UID, machine id. */
  account: z.string().min(1),
  /** What people call the account, where it has a name of its own. */
  account_name: z.string().nullable(),
  /** The provider's region; `global` for what is listed once an account. */
  region: z.string().min(1),
});
export type Scope = z.infer<typeof scopeSchema>;

export const GLOBAL_REGION = 'global';

/**
 * How the listing of a slice – one resource type in one scope – ended. Only `complete` proves
 * that what was not listed is gone.
 * - `partial`: listed, but the source or a record said that something is left out
 * - `denied`: the credentials may not list it
 * - `failed`: anything else; an earlier answer stays as it was
 */
export const sliceOutcomeSchema = z.enum(['complete', 'partial', 'denied', 'failed']);
export type SliceOutcome = z.infer<typeof sliceOutcomeSchema>;

/** The state of a slice in a run: on its way, or how it ended. */
export const sliceStateSchema = z.enum(['planned', 'collecting', ...sliceOutcomeSchema.options]);
export type SliceState = z.infer<typeof sliceStateSchema>;

export const runStatusSchema = z.enum([
  'running',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
]);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Something that went wrong in a run, outside any one slice. */
export const runErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  provider: z.string().nullable(),
  account: z.string().nullable(),
});
export type RunError = z.infer<typeof runErrorSchema>;

/** Narrows a discovery. A list that is left out narrows nothing. */
export const discoveryRequestSchema = z
  .strictObject({
    providers: z.array(providerSchema).min(1).max(6).optional(),
    accounts: z.array(z.string().min(1).max(256)).min(1).max(10_000).optional(),
    regions: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
    resource_types: z.array(z.string().min(1).max(128)).min(1).max(1000).optional(),
  })
  .describe('What to discover; everything that is configured where nothing is given.');
export type DiscoveryRequest = z.infer<typeof discoveryRequestSchema>;
