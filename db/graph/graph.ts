import neo4j, {
  type Driver,
  type EagerResult,
  type RecordShape,
  type Session,
  type Transaction,
} from 'neo4j-driver';

export interface GraphOptions {
  /** `bolt://…` or `neo4j+s://…`, as in NEO4J_URI. */
  uri: string;
  username: string;
  password: string;
  /** How long the driver itself tries a statement again; to bridge a leader change, 5 s. */
  retry_ms?: number;
}

/** The graph is not reachable, or too busy. The present can still be answered from Postgres. */
export class GraphUnavailableError extends Error {
  override name = 'GraphUnavailableError';
  readonly code = 'graph_unavailable';
}

/** What may be done in a transaction that reads. */
export type ReadTransaction = Pick<Transaction, 'run'>;

/** A connection to Neo4j, with the limits that every statement runs under. */
export interface Graph {
  write(query: string, parameters: RecordShape): Promise<EagerResult>;
  read(query: string, parameters: RecordShape, timeoutMs?: number): Promise<EagerResult>;
  /**
   * Runs `work` in one transaction that the server lets read only, and ends it whatever was done. For
   * statements of which little is known: nothing is tried again.
   *
   * @param fetchSize rows that are asked for at once; each further portion is a round trip
   */
  inReadTransaction<T>(
    work: (transaction: ReadTransaction) => Promise<T>,
    timeoutMs: number,
    fetchSize?: number,
  ): Promise<T>;
  /** @throws {GraphUnavailableError} */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const READ_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 120_000;
const PING_TIMEOUT_MS = 2_000;

/**
 * The server ends a statement at its timeout. A server that hangs – stopped, swapping, behind a
 * dead link – does not, and its open connection says nothing; so we stop waiting a little later:
 * a server looks for statements that are out of time every two seconds
 * (`db.transaction.monitor.check.interval`).
 */
const HANG_GRACE_MS = 3_000;

/** Opens a driver. Nothing is connected before the first query. */
export function createGraph(options: GraphOptions): Graph {
  const driver: Driver = neo4j.driver(
    options.uri,
    neo4j.auth.basic(options.username, options.password),
    {
      // Whole numbers come back as numbers; ours (versions, counts) stay below 2^53.
      disableLosslessIntegers: true,
      connectionAcquisitionTimeout: 10_000,
      connectionTimeout: 5_000,
      maxTransactionRetryTime: options.retry_ms ?? 5_000,
      telemetryDisabled: true,
    },
  );
  const run = async (
    routing: 'READ' | 'WRITE',
    query: string,
    parameters: RecordShape,
    timeoutMs: number,
  ) => {
    try {
      const answer = driver.executeQuery(query, parameters, {
        routing,
        transactionConfig: { timeout: timeoutMs },
      });
      return await beforeDeadline(answer, timeoutMs + HANG_GRACE_MS);
    } catch (error) {
      if (isUnavailable(error)) {
        throw new GraphUnavailableError('Neo4j does not answer, or not in time.', { cause: error });
      }
      throw error;
    }
  };
  return {
    write: (query, parameters) => run('WRITE', query, parameters, WRITE_TIMEOUT_MS),
    read: (query, parameters, timeoutMs = READ_TIMEOUT_MS) =>
      run('READ', query, parameters, timeoutMs),
    // Few rows ahead: who asked may have enough of them before the last.
    inReadTransaction: async (work, timeoutMs, fetchSize = 200) => {
      const session = driver.session({ defaultAccessMode: neo4j.session.READ, fetchSize });
      try {
        const answer = inTransaction(session, work, timeoutMs);
        return await beforeDeadline(answer, timeoutMs + HANG_GRACE_MS);
      } catch (error) {
        throw isUnavailable(error)
          ? new GraphUnavailableError('Neo4j does not answer.', { cause: error })
          : error;
      } finally {
        // Not waited for: a server that hangs would not let go either.
        session.close().catch(() => {});
      }
    },
    ping: async () => {
      await run('READ', 'RETURN 1', {}, PING_TIMEOUT_MS);
    },
    close: () => driver.close(),
  };
}

async function inTransaction<T>(
  session: Session,
  work: (transaction: ReadTransaction) => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  const transaction = await session.beginTransaction({ timeout: timeoutMs });
  try {
    return await work(transaction);
  } finally {
    if (transaction.isOpen()) await transaction.rollback();
  }
}

async function beforeDeadline<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  const waited = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => waited.reject(new GraphUnavailableError(`Neo4j did not answer in ${deadlineMs} ms.`)),
    deadlineMs,
  );
  try {
    return await Promise.race([answer, waited.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof neo4j.Neo4jError &&
    (error.code === neo4j.error.SERVICE_UNAVAILABLE ||
      error.code === neo4j.error.SESSION_EXPIRED ||
      error.code.startsWith('Neo.ClientError.Security.') ||
      // What would go well another time: it is starting, out of memory, or the driver gave up trying.
      error.code.startsWith('Neo.TransientError.') ||
      error.code.startsWith('Neo.ClientError.Transaction.TransactionTimedOut') ||
      error.message.includes('Connection acquisition timed out'))
  );
}
