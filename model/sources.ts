import { z } from 'zod';
import { ciEnvironmentSchema } from './enums.ts';
import { ownershipSchema } from './ownership.ts';
import { cronSchema, timeZoneSchema } from './schedule.ts';

const names = z.array(z.string().min(1)).min(1);
const keptDays = z.int().min(1).max(36_500).or(z.literal('forever'));

/**
 * The sources file, `cmdb.yaml`: what is scanned, and how often. Every part may be left out; what
 * is not said is found out (all regions, all contexts, this machine).
 */
export const sourcesSchema = z.strictObject({
  discovery: z
    .strictObject({
      /** Cron expression of the Temporal Schedule, in `time_zone`; `off` for none. */
      schedule: z.literal('off').or(cronSchema).default('0 * * * *'),
      time_zone: timeZoneSchema.default('UTC'),
      /** What an item is where neither tag nor name tells an environment. */
      default_environment: ciEnvironmentSchema.default('unknown'),
      /** In how many complete scans in a row an item must be missing before it is retired. */
      retire_after_scans: z.int().min(1).max(100).default(2),
      /** A slice that loses more than this share of its items, and more than 20, waits for a person. */
      max_loss_percent: z.int().min(1).max(100).default(50),
    })
    .prefault({}),
  /** How tags and accounts tell whose an item is. */
  ownership: ownershipSchema,
  history: z
    .strictObject({
      /** How far back answers about the past go: versions, relationships, changes. */
      keep_days: keptDays.default(400),
      /** How long runs are kept with what they scanned: many rows each, and of use for a short time. */
      keep_runs_days: keptDays.default(30),
    })
    .prefault({}),
  host: z
    .strictObject({
      enabled: z.boolean().default(true),
      environment: ciEnvironmentSchema.optional(),
      /** The private network that the machine's addresses belong to; addresses of machines that
       * name the same network are compared with each other. */
      network: z.string().min(1).optional(),
    })
    .prefault({}),
  aws: z
    .strictObject({
      /** Roles of other accounts; with `*` as account, that of every account of the organization. */
      role_arns: names.optional(),
      /** What the roles' trust policies ask for, where they are a third party's. */
      external_id: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id as STS takes it')
        .optional(),
      organization: z.boolean().default(false),
      regions: names.optional(),
    })
    .optional(),
  gcp: z
    .strictObject({
      projects: names.optional(),
      organization: z.string().optional(),
      folder: z.string().optional(),
    })
    .optional(),
  azure: z.strictObject({ subscriptions: names.optional() }).optional(),
  /**
   * A directory of YAML files that say what no source lists, one a team; from the place of this file
   * on. Every worker must find the same files there.
   */
  catalogue: z.string().min(1).optional(),
  kubernetes: z
    .strictObject({ contexts: names.optional(), kubeconfig: z.string().optional() })
    .optional(),
});
export type Sources = z.infer<typeof sourcesSchema>;
