import { z } from 'zod';
import { address, ConfigError, parseConfig, sharedConfigShape, text } from '../db/config.ts';
import { secretKeyVariable } from '../db/sealer.ts';
import { accessConfigShape } from './access/config.ts';

const HIGHEST_PORT = 65_535;

const apiConfigSchema = z.object({
  ...sharedConfigShape,
  ...secretKeyVariable,
  /** Where people look at workflows; answers link to it where it is set. */
  TEMPORAL_UI_URL: address(['http', 'https'], 'http://host:8233').optional(),
  CMDB_API_HOST: z.string().default('127.0.0.1'),
  CMDB_API_PORT: text(`must be a port from 1 to ${HIGHEST_PORT}`)
    .regex(/^\d{1,5}$/)
    .refine((port) => Number(port) >= 1 && Number(port) <= HIGHEST_PORT)
    .default('8200')
    .transform(Number),
  ...accessConfigShape,
  NODE_ENV: z.string().default('production'),
});

export type ApiConfig = z.output<typeof apiConfigSchema>;

/** @throws {ConfigError} naming every wrong variable at once */
export function loadApiConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ApiConfig {
  return parseConfig(apiConfigSchema, environment);
}

export { ConfigError };
