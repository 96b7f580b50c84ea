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
  /** Origins of other sites whose pages may use the API, separated by commas. */
  CMDB_API_CORS_ORIGINS: z
    .string()
    .default('')
    .transform((origins) => origins.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .refine((origins) => origins.every(isOrigin), {
      error: 'must be origins such as https://portal.example.com, separated by commas',
    }),
  /** Requests of a token in a minute; 0: as many as it likes. */
  CMDB_API_RATE_LIMIT: wholeNumber(0, 1_000_000).default(1200),
  CMDB_AUDIT_RETENTION_DAYS: wholeNumber(1, 36_500).default(365),
  NODE_ENV: z.string().default('production'),
});

function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((number) => number >= minimum && number <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    });
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

export type ApiConfig = z.output<typeof apiConfigSchema>;

/** @throws {ConfigError} naming every wrong variable at once */
export function loadApiConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ApiConfig {
  return parseConfig(apiConfigSchema, environment);
}

export { ConfigError };
