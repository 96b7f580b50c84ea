import { z } from 'zod';
import { address, ConfigError, parseConfig, sharedConfigShape, text } from '../db/config.ts';

const HIGHEST_PORT = 65_535;

const apiConfigSchema = z
  .object({
    ...sharedConfigShape,
    /** Where people look at workflows; answers link to it where it is set. */
    TEMPORAL_UI_URL: address(['http', 'https'], 'http://host:8233').optional(),
    CMDB_API_HOST: z.string().default('127.0.0.1'),
    CMDB_API_PORT: text(`must be a port from 1 to ${HIGHEST_PORT}`)
      .regex(/^\d{1,5}$/)
      .refine((port) => Number(port) >= 1 && Number(port) <= HIGHEST_PORT)
      .default('8200')
      .transform(Number),
    /**
     * Lets anybody who reaches the address read the inventory and start discoveries. For a
     * container whose port is published on loopback only.
     */
    CMDB_API_INSECURE_REMOTE: z.enum(['yes', 'no'], { error: 'must be yes or no' }).default('no'),
    NODE_ENV: z.string().default('production'),
  })
  .refine(
    (config) => config.CMDB_API_INSECURE_REMOTE === 'yes' || isLoopback(config.CMDB_API_HOST),
    {
      path: ['CMDB_API_HOST'],
      error:
        'is not a loopback address: whoever reaches the API reads all of the inventory. ' +
        'Use 127.0.0.1, or set CMDB_API_INSECURE_REMOTE=yes where something else guards the port',
      // Also where other variables are wrong: all faults are told at once.
      when: ({ value }) => hasText(value, 'CMDB_API_HOST'),
    },
  );

export type ApiConfig = z.output<typeof apiConfigSchema>;

/** @throws {ConfigError} naming every wrong variable at once */
export function loadApiConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ApiConfig {
  return parseConfig(apiConfigSchema, environment);
}

export { ConfigError };

/** Names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function hasText(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'string';
}
