/*
 * The codes by which AWS services say what went wrong. Each service has its own spelling; a code
 * stands here in every spelling in use. Sources: the services' "Common errors" pages, and for
 * throttling the lists in the SDK's retry classification.
 */

/** The credentials are good, and may not do this. */
export const DENIED_CODES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AllAccessDisabled',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
  'KMSAccessDeniedException',
  'NotAuthorized',
  'NotAuthorizedException',
  'UnauthorizedAccess',
  'UnauthorizedException',
  'UnauthorizedOperation',
]);

/** The account has not switched on the region or the service; no permission would help. */
export const NOT_ENABLED_CODES: ReadonlySet<string> = new Set([
  'OptInRequired',
  'RegionDisabledException',
  'SubscriptionRequiredException',
]);

/** The session has ended; EC2 calls it by the request. */
export const EXPIRED_CODES: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
]);

/** The request is signed with another secret, or at another time than AWS has. */
export const SIGNATURE_CODES: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** The key or the session is not known; a region that is not enabled says so of every key. */
export const UNKNOWN_KEY_CODES: ReadonlySet<string> = new Set([
  'AuthFailure',
  'IDPRejectedClaim',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

export const THROTTLING_CODES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

export const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'AbortError',
  'CredentialsProviderError',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'TimeoutError',
  'Unavailable',
]);

/** Deleted between two calls of one listing, which goes well when it is made again. */
export const VANISHED_CODES: ReadonlySet<string> = new Set([
  'NoSuchHealthCheck',
  'NoSuchHostedZone',
]);

/** A page token that is not accepted any more: listing again from the start goes well. */
export const PAGE_TOKEN_CODES: ReadonlySet<string> = new Set([
  'ExpiredNextToken',
  'ExpiredNextTokenException',
  'ExpiredPaginationToken',
  'ExpiredPaginationTokenException',
  'InvalidMarkerException',
  'InvalidNextToken',
  'InvalidNextTokenException',
  'InvalidPaginationToken',
  'InvalidPaginationTokenException',
]);
