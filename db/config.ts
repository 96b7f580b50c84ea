import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { DEFAULT_TASK_QUEUE } from '../model/discovery-workflow.ts';

/** A variable of the environment that cannot be used as it is. */
export interface ConfigProblem {
  variable: string;
  message: string;
}

/** The configuration cannot be used. The message names every wrong variable, and no value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly code = 'bad_config';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
    super(['The configuration cannot be used:', ...lines].join('\n'));
    this.problems = problems;
  }
}

/** How Temporal is reached; fits the client's connection and the worker's. */
export interface TemporalConfig {
  namespace: string;
  connection: Pick<
    ReturnType<typeof loadClientConnectConfig>['connectionOptions'],
    'apiKey' | 'metadata'
  > & {
    address: string;
    /** Certificates for mTLS, true for TLS with the system's authorities. */
    tls: Exclude<ReturnType<typeof loadClientConnectConfig>['connectionOptions']['tls'], undefined>;
  };
}

/** An address with one of the given schemes. */
export function address(schemes: readonly string[], example: string): z.ZodString {
  return text(`must be an address such as ${example}`).refine(
    (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
  );
}

/** A text whose message is the same for every fault, but for one: not being there at all. */
export function text(fault: string): z.ZodString {
  return z.string({
    error: (issue) => (issue.input === undefined ? `is not set; it ${fault}` : fault),
  });
}

const NEO4J_SCHEMES = ['bolt', 'bolt+s', 'bolt+ssc', 'neo4j', 'neo4j+s', 'neo4j+ssc'];
const TRUTH_VALUES = ['true', 'false', '1', '0'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const temporalSchema = z
  .object({
    TEMPORAL_ADDRESS: text('must be host:port')
      .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i)
      .optional(),
    TEMPORAL_TLS: z
      .string()
      .refine((value) => TRUTH_VALUES.includes(value.toLowerCase()), {
        error: 'must be true or false',
      })
      .optional(),
  })
  .catchall(z.unknown())
  .transform((environment, context): TemporalConfig => {
    try {
      return loadTemporalConfig(environment);
    } catch (error) {
      // What it refuses otherwise are the certificates, one of which it names in its message.
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', path: ['TEMPORAL_TLS_*'], message });
      return z.NEVER;
    }
  });

/**
 * The variables that every process reads. `temporal` stands for those that the Temporal SDK reads
 * itself; `parseConfig` fills it in.
 */
export const sharedConfigShape = {
  DATABASE_URL: address(['postgres', 'postgresql'], 'postgres://user:password@host:5432/cmdb'),
  REDIS_URL: address(['redis', 'rediss'], 'redis://host:6379').optional(),
  NEO4J_URI: address(NEO4J_SCHEMES, 'bolt://host:7687'),
  NEO4J_USERNAME: z.string().default('neo4j'),
  NEO4J_PASSWORD: text('is the password of NEO4J_USERNAME'),
  CMDB_TASK_QUEUE: z.string().default(DEFAULT_TASK_QUEUE),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
  temporal: temporalSchema,
};

/**
 * Reads a configuration from the environment, once, at start. An empty variable counts as absent,
 * since a compose file cannot leave one out.
 *
 * @throws {ConfigError} naming every wrong variable at once
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const result = schema.safeParse({ ...values, temporal: values });
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => ({ variable: String(path.at(-1)), message })),
  );
}

/**
 * The environment alone says which server it is, unless it names a file or a profile itself: a
 * profile that a person keeps for the `temporal` command must not lead a discovery elsewhere.
 */
function loadTemporalConfig(environment: Record<string, unknown>): TemporalConfig {
  const variables = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string';
    }),
  );
  const { namespace, connectionOptions } = loadClientConnectConfig({
    overrideEnvVars: variables,
    disableFile: !('TEMPORAL_CONFIG_FILE' in variables || 'TEMPORAL_PROFILE' in variables),
  });
  const { address: target, apiKey, tls, metadata } = connectionOptions;
  return {
    namespace: namespace ?? 'default',
    connection: {
      address: target ?? '127.0.0.1:7233',
      tls: tls ?? false,
      ...(apiKey ? { apiKey } : {}),
      ...(metadata ? { metadata } : {}),
    },
  };
}
