import type { MiddlewareHandler } from 'hono';
import { noteAttempt, noteOutcome, pruneAudit } from '../../db/postgres/audit.ts';
import type { AppDeps } from '../app-deps.ts';
import { addressOf } from '../http/address.ts';
import type { AppEnv } from '../http/router.ts';
import { callOf } from './call.ts';

const PRUNE_INTERVAL_MS = 3_600_000;
/** PostgreSQL has no place for a NUL, and nobody reads more. */
const MAX_PATH = 1_000;

/**
 * Notes every write, before it is done and how it ended: also one that is refused for want of a
 * role. Requests of nobody are not noted: anybody could fill the log with them.
 */
export function auditWrites({
  db,
  log,
  audit_retention_days,
}: Pick<AppDeps, 'db' | 'log' | 'audit_retention_days'>): MiddlewareHandler<AppEnv> {
  let pruneAt = 0;
  const prune = async () => {
    if (performance.now() < pruneAt) return;
    pruneAt = performance.now() + PRUNE_INTERVAL_MS;
    await pruneAudit(db, audit_retention_days);
  };
  return async (c, next) => {
    const call = callOf(c);
    const principal = c.get('principal');
    if (!call || !principal || call.method === 'GET') return next();
    const auditId = await noteAttempt(db, {
      request_id: c.get('request_id'),
      principal_kind: principal.kind,
      principal_id: principal.id,
      principal_name: principal.name,
      role: principal.role,
      method: call.method,
      operation: call.path.replaceAll(/:(\w+)/g, '{$1}'),
      path: c.req.path.slice(0, MAX_PATH),
      address: addressOf(c),
    });
    await next();
    try {
      await noteOutcome(db, auditId, c.res.status);
      await prune();
    } catch (err) {
      log.error({ err, request_id: c.get('request_id') }, 'The outcome of a write was not noted.');
    }
  };
}
