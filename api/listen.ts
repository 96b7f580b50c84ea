import type { AddressInfo } from 'node:net';
import type { ServerType } from '@hono/node-server';

/** The address cannot be had. */
export class ListenError extends Error {
  override name = 'ListenError';
  readonly code = 'cannot_listen';
}

/** Requests that run when the process is told to stop get this long to finish. */
const DRAIN_MS = 10_000;

/**
 * Waits until a server listens.
 *
 * @throws {ListenError} when the address cannot be had
 */
export async function listening(server: ServerType): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'another process has it' : error.message;
    const message =
      `The API cannot listen on CMDB_API_HOST and CMDB_API_PORT: ${reason}. ` +
      'Set CMDB_API_PORT to a port that is free.';
    reject(new ListenError(message, { cause: error }));
  });
  await promise;
  return server.address() as AddressInfo;
}

/** Stops accepting, lets running requests end, and cuts those that do not end in time. */
export async function drain(server: ServerType): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const timer = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, DRAIN_MS);
  await promise;
  clearTimeout(timer);
}
