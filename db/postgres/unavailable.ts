import { isNativeError } from 'node:util/types';

/** Classes and codes of SQLSTATE that say that the server, not the statement, is the trouble. */
const SQL_STATES = /^(08|53|57P|28|3D)/;
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);
/** What the driver says without a code, when a connection breaks or none can be had in time. */
const MESSAGES = /^(timeout exceeded when trying to connect|Connection terminated)/;

/** Whether an error of a query means that Postgres cannot be used just now. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return SOCKET_CODES.has(code) || SQL_STATES.test(code) || MESSAGES.test(error.message);
}

/** Whether the server ended a statement because it ran too long. */
export function isStatementTimeout(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && error.code === '57014';
}
