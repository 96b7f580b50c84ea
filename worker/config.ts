import { z } from 'zod';
import { parseNetworks } from '../activities/webhooks/address-guard.ts';
import { parseConfig, sharedConfigShape } from '../db/config.ts';
import { secretKeyVariable } from '../db/sealer.ts';

const workerConfigSchema = z.object({
  ...sharedConfigShape,
  /** The sources file; `cmdb.yaml` in the working directory where it is there. */
  CMDB_SOURCES: z.string().optional(),
  /** Whether this worker discovers the machine that it runs on; `auto`: not in a container. */
  CMDB_HOST_DISCOVERY: z
    .enum(['auto', 'on', 'off'], { error: 'must be auto, on or off' })
    .default('auto'),
  ...secretKeyVariable,
  /** Networks beside the public internet that webhooks may reach, by plain HTTP, too. */
  CMDB_WEBHOOK_NETWORKS: z
    .string()
    .default('')
    .transform((list, context) => {
      try {
        return parseNetworks(list.split(/[\s,]+/).filter(Boolean));
      } catch {
        const message = 'must be networks such as 10.1.0.0/16, fd12:3456::/32';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    }),
  /** A file that is touched while the worker polls, for health checks. */
  CMDB_WORKER_ALIVE_FILE: z.string().optional(),
  /** Where metrics are served; nowhere without a port. They need no token: mind who reaches it. */
  CMDB_WORKER_METRICS_HOST: z.string().default('127.0.0.1'),
  CMDB_WORKER_METRICS_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port from 1 to 65535')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, 'must be a port from 1 to 65535')
    .optional(),
});

export type WorkerConfig = z.infer<typeof workerConfigSchema>;

/** @throws {ConfigError} naming every wrong variable at once */
export function loadWorkerConfig(environment: Readonly<NodeJS.ProcessEnv>): WorkerConfig {
  return parseConfig(workerConfigSchema, environment);
}
