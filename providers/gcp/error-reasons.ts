/*
 * The reasons by which Google's APIs say what went wrong. Sources: `google.api.ErrorReason`, and for
 * the older APIs (Compute Engine, Cloud SQL, Cloud Storage) their "Errors" pages.
 */

/** Too many calls. Compute Engine says so with HTTP 403, as if it were denied. */
export const THROTTLING_REASONS: ReadonlySet<string> = new Set([
  'RATE_LIMIT_EXCEEDED',
  'RESOURCE_QUOTA_EXCEEDED',
  'quotaExceeded',
  'rateLimitExceeded',
  'userRateLimitExceeded',
]);

/**
 * Refusals. `permission`: granting one helps; `not_in_use`: the API or the project is switched off,
 * or a rule of the organization forbids it, which no permission changes.
 */
export const DENIED_REASONS: ReadonlyMap<string, 'permission' | 'not_in_use'> = new Map([
  ['accessNotConfigured', 'not_in_use'],
  ['BILLING_DISABLED', 'not_in_use'],
  ['CONSUMER_INVALID', 'not_in_use'],
  ['CONSUMER_SUSPENDED', 'not_in_use'],
  ['IAM_PERMISSION_DENIED', 'permission'],
  ['insufficientPermissions', 'permission'],
  ['LOCATION_ORG_POLICY_VIOLATED', 'not_in_use'],
  ['notAuthorized', 'permission'],
  ['ORG_RESTRICTION_VIOLATION', 'not_in_use'],
  ['SECURITY_POLICY_VIOLATED', 'not_in_use'],
  ['SERVICE_DISABLED', 'not_in_use'],
  ['USER_PROJECT_DENIED', 'permission'],
]);

/** How the credentials themselves are refused, by the libraries and by Google's token service. */
export const CREDENTIAL_MESSAGES: readonly RegExp[] = [
  /\binvalid_(grant|client|rapt)\b/,
  /Could not load the default credentials/,
  /Could not refresh access token/,
  /invalid authentication credentials/i,
  /Invalid Credentials/,
];
