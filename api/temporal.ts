import {
  Client,
  type ClientInterceptors,
  Connection,
  isGrpcServiceError,
  NamespaceNotFoundError,
} from '@temporalio/client';
import type { TemporalConfig } from '../db/config.ts';

/** Temporal cannot be used just now. */
export class TemporalUnavailableError extends Error {
  override name = 'TemporalUnavailableError';
  readonly code = 'temporal_unavailable';
}

/** The Temporal server, as the API uses it. */
export interface Temporal {
  client: Client;
  /**
   * Runs calls of the client under a deadline.
   *
   * @throws {TemporalUnavailableError} when the server does not answer or does not let us in
   */
  call<T>(calls: () => Promise<T>, deadlineMs?: number): Promise<T>;
  /** @throws {TemporalUnavailableError} */
  ping(deadlineMs: number): Promise<void>;
  /**
   * When a worker last asked a queue for workflows; null where none did in the last minutes.
   *
   * @throws {TemporalUnavailableError}
   */
  lastPoll(taskQueue: string, deadlineMs: number): Promise<Date | null>;
  /** Where a person can look at a run; null where no UI is configured. */
  uiUrl(workflowId: string, runId: string): string | null;
  close(): Promise<void>;
}

export interface TemporalOptions {
  interceptors?: ClientInterceptors | undefined;
  /** How long an answer is waited for; 5 s unless told. */
  deadline_ms?: number;
}

const DEADLINE_MS = 5_000;
/** TASK_QUEUE_TYPE_WORKFLOW of Temporal's API. */
const WORKFLOW_TASKS = 1;

/** gRPC codes that say that the server, not the call, is the trouble. */
const UNAVAILABLE = new Map([
  [4, 'does not answer in time'],
  [7, 'does not let us in'],
  [8, 'is overloaded'],
  [14, 'does not answer'],
  [16, 'does not let us in'],
]);

/** Prepares a connection. Nothing is connected before the first call, and lost ones come back. */
export function createTemporal(
  config: TemporalConfig,
  uiUrl: string | undefined,
  { interceptors = {}, deadline_ms = DEADLINE_MS }: TemporalOptions = {},
): Temporal {
  const { namespace } = config;
  const connection = Connection.lazy(config.connection);
  const client = new Client({ connection, namespace, interceptors });
  const running = new Set<Promise<unknown>>();
  const call: Temporal['call'] = async (calls, deadlineMs = deadline_ms) => {
    const answer = client.withDeadline(Date.now() + deadlineMs, calls);
    running.add(answer);
    try {
      return await answer;
    } catch (error) {
      const reason = reasonOf(error, namespace);
      if (reason) throw new TemporalUnavailableError(`Temporal ${reason}.`, { cause: error });
      throw error;
    } finally {
      running.delete(answer);
    }
  };
  return {
    client,
    call,
    ping: async (deadlineMs) => {
      await call(() => client.workflowService.describeNamespace({ namespace }), deadlineMs);
    },
    lastPoll: async (taskQueue, deadlineMs) => {
      const { pollers } = await call(
        () =>
          client.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: taskQueue },
            taskQueueType: WORKFLOW_TASKS,
          }),
        deadlineMs,
      );
      const polls = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0));
      return polls.length > 0 ? new Date(Math.max(...polls) * 1000) : null;
    },
    uiUrl: (workflowId, runId) => {
      if (!uiUrl) return null;
      const path = ['namespaces', namespace, 'workflows', workflowId, runId, 'history'];
      return `${uiUrl.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`;
    },
    close: async () => {
      // The client tries calls again by timers, which end the process where they find a closed
      // connection; each call has its deadline.
      await Promise.allSettled(running);
      await connection.close();
    },
  };
}

function reasonOf(error: unknown, namespace: string): string | undefined {
  if (error instanceof NamespaceNotFoundError) return `has no namespace "${namespace}"`;
  const grpcError = isGrpcServiceError(error)
    ? error
    : error instanceof Error && isGrpcServiceError(error.cause)
      ? error.cause
      : null;
  if (grpcError?.code === 5 && grpcError.details.startsWith('Namespace')) {
    return `has no namespace "${namespace}"`;
  }
  return grpcError ? UNAVAILABLE.get(grpcError.code) : undefined;
}
