import { z } from 'zod';
import { parseConfig, sharedConfigShape } from '../db/config.ts';

const workerConfigSchema = z.object({
  ...sharedConfigShape,
  /** The sources file; `cmdb.yaml` in the working directory where it is there. */
  CMDB_SOURCES: z.string().optional(),
  /** Whether this worker discovers the machine that it runs on; `auto`: not in a container. */
  CMDB_HOST_DISCOVERY: z
    .enum(['auto', 'on', 'off'], { error: 'must be auto, on or off' })
    .default('auto'),
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
