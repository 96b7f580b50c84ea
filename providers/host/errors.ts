import type { SourceFault } from '../../model/provider.ts';

/** A fault that this provider recognised itself; everything else is told by its errno. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly kind: SourceFault['kind'];
  readonly code: string;
  readonly missing_permission: string | null;

  constructor(
    fault: Pick<SourceFault, 'kind' | 'code' | 'message'> & { missing_permission?: string },
    options?: ErrorOptions,
  ) {
    super(fault.message, options);
    this.kind = fault.kind;
    this.code = fault.code;
    this.missing_permission = fault.missing_permission ?? null;
  }
}

/**
 * The errno of a failed system call (`EACCES`), or null where the error is of another kind. Told
 * by its form, since an error of another realm (a worker's sandbox, a test) is no `Error` of ours.
 */
export function errnoOf(error: unknown): string | null {
  const code = propertyOf(error, 'code');
  return code !== null && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

function propertyOf(error: unknown, name: 'code' | 'name' | 'message' | 'path'): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const value = (error as Partial<Record<typeof name, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}

/**
 * Translates what reading this machine threw. A refused system call is `denied` and names the
 * path; other system calls and cancellation may go better next time; what is left is a defect of
 * the program, which trying again does not mend.
 */
export function toHostFault(error: unknown): SourceFault {
  const message = propertyOf(error, 'message') ?? String(error);
  if (error instanceof HostError) {
    const { kind, code, missing_permission } = error;
    return { kind, code, message, missing_permission, retry_after_ms: null };
  }
  const code = errnoOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    const path = propertyOf(error, 'path');
    const missing_permission = path === null ? 'run the worker as root' : `read ${path}`;
    return { kind: 'denied', code, message, missing_permission, retry_after_ms: null };
  }
  const isAbort = propertyOf(error, 'name') === 'AbortError';
  return {
    kind: code !== null || isAbort ? 'transient' : 'permanent',
    code: code ?? (isAbort ? 'aborted' : 'unexpected'),
    message,
    missing_permission: null,
    retry_after_ms: null,
  };
}
