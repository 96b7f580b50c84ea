import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { ConfigError, parseConfig, sharedConfigShape } from '../../db/config.ts';
import { createGraph, type Graph, GraphUnavailableError } from '../../db/graph/graph.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { isDatabaseUnavailable } from '../../db/postgres/unavailable.ts';
import { CliError } from '../cli-error.ts';
import type { Terminal } from '../terminal.ts';

/** Both stores, as the worker reaches them. */
export interface Stores extends AsyncDisposable {
  db: Db;
  graph: Graph;
}

const NEXT_STEP = 'Run it where the worker runs, with the same environment.';

/** @throws {CliError} when the environment does not say where they are */
export function openStores({ environment }: Terminal, applicationName: string): Stores {
  const { DATABASE_URL, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD } = sharedConfigShape;
  const schema = z.object({ DATABASE_URL, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD });
  try {
    const config = parseConfig(schema, environment);
    const { NEO4J_URI: uri, NEO4J_USERNAME: username, NEO4J_PASSWORD: password } = config;
    const db = createDatabase({
      url: config.DATABASE_URL,
      application_name: applicationName,
      pool_size: 4,
    });
    const graph = createGraph({ uri, username, password });
    return {
      db,
      graph,
      [Symbol.asyncDispose]: async () => {
        await Promise.allSettled([db.destroy(), graph.close()]);
      },
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fault = error.problems
      .map(({ variable, message }) => `${variable} ${message}`)
      .join('; ');
    throw new CliError('usage', `${fault}.`, NEXT_STEP, { cause: error });
  }
}

/** @returns the error as the command line tells it; whatever nobody foresaw as it is */
export function explainStoreFailure(error: unknown): unknown {
  if (!isNativeError(error) || error instanceof CliError) return error;
  if (error instanceof GraphUnavailableError) {
    return new CliError('unreachable', error.message, 'Look at NEO4J_URI.', { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    const message = `PostgreSQL does not answer (${'code' in error ? error.code : error.name}).`;
    return new CliError('unreachable', message, 'Look at DATABASE_URL.', { cause: error });
  }
  if ('code' in error && error.code === UNDEFINED_TABLE) {
    const message = 'The database has no inventory: its schema was never made.';
    return new CliError('not_found', message, 'Look at DATABASE_URL.', { cause: error });
  }
  return error;
}

const UNDEFINED_TABLE = '42P01';
