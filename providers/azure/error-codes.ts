/*
 * The codes by which the Resource Manager and the services behind it say what went wrong. Sources:
 * "Common deployment errors" and "Throttling Resource Manager requests" of its documentation, and
 * for credentials the errors of Microsoft Entra ID that @azure/identity throws.
 */

/** The credentials are good, and may not do this, or the subscription may not. */
export const DENIED_CODES: ReadonlySet<string> = new Set([
  'AuthorizationFailed',
  'AuthorizationPermissionMismatch',
  'Forbidden',
  'LinkedAuthorizationFailed',
  'MissingSubscriptionRegistration',
  'RequestDisallowedByPolicy',
  'SubscriptionNotRegistered',
]);

/** The service is not switched on in the subscription; no permission of a reader changes that. */
export const NOT_REGISTERED_CODES: ReadonlySet<string> = new Set([
  'MissingSubscriptionRegistration',
  'SubscriptionNotRegistered',
]);

/** The token was not accepted, or Microsoft Entra ID did not give one. */
export const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  'AuthenticationFailed',
  'ExpiredAuthenticationToken',
  'InvalidAuthenticationToken',
  'InvalidAuthenticationTokenAudience',
  'InvalidAuthenticationTokenTenant',
]);

export const THROTTLING_CODES: ReadonlySet<string> = new Set([
  'ResourceRequestsThrottled',
  'SubscriptionRequestsThrottled',
  'TenantRequestsThrottled',
  'TooManyRequests',
]);

export const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'AbortError',
  'CredentialUnavailableError',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // The SDK's own names for a request that did not arrive, and an answer that ended half-way.
  'PARSE_ERROR',
  'REQUEST_SEND_ERROR',
]);
