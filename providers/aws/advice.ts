import {
  EXPIRED_CODES,
  NOT_ENABLED_CODES,
  SIGNATURE_CODES,
  UNKNOWN_KEY_CODES,
} from './error-codes.ts';

/*
 * What to do about a refusal. AWS's own words are left out where they concern the credentials: the
 * error of a signature repeats the request with its session token.
 */

/** Why the credentials were not accepted, and what helps; null where the code is no such refusal. */
export function credentialsAdvice(code: string): string | null {
  if (EXPIRED_CODES.has(code)) return `The session has ended (${code}). ${SIGN_IN}`;
  if (SIGNATURE_CODES.has(code)) {
    return (
      `AWS did not accept the signature (${code}): the secret access key is wrong, ` +
      'or the clock of the worker is off by more than five minutes.'
    );
  }
  if (UNKNOWN_KEY_CODES.has(code)) {
    return (
      `AWS did not accept the credentials (${code}). Where other regions of the account are ` +
      'listed, the region is not enabled for the account: enable it, or leave it out of ' +
      'sources.aws.regions. Otherwise the key or the session is wrong: renew the credentials.'
    );
  }
  return null;
}

/** What helps where the account has not switched on the region or the service. */
export function notEnabledAdvice(code: string): string | null {
  if (!NOT_ENABLED_CODES.has(code)) return null;
  return (
    `The region or the service is not enabled for the account (${code}): enable it, ` +
    'or leave the region out of sources.aws.regions.'
  );
}

/** Whether an error of the credential chain says that a sign-on has ended, which waiting does not mend. */
export function isSignOnEnded(name: string, message: string): boolean {
  return (
    /^(CredentialsProviderError|TokenProviderError)$/.test(name) &&
    /\bexpired\b|sso login|session is invalid/i.test(message)
  );
}

/** What to do where a sign-on has ended. */
export const SIGN_IN =
  'Sign in again (aws sso login), or renew the credentials of the worker, and discover once more.';

/**
 * The policies that forbid whatever other policies allow, as AWS names them in its refusals
 * (`… with an explicit deny in a service control policy`, `… because no permissions boundary allows
 * the … action`), and who can change them. Source: "Troubleshoot access denied error messages" in
 * the IAM user guide.
 */
const POLICIES: ReadonlyArray<readonly [string, string]> = [
  [
    'service control policy',
    'A policy of the organization forbids it, often for whole regions: change that policy, or leave ' +
      'the region out of sources.aws.regions. A permission in the account does not help.',
  ],
  [
    'resource control policy',
    'A policy of the organization forbids it: change that policy. A permission in the account does ' +
      'not help.',
  ],
  [
    'permissions boundary',
    'The permissions boundary of the role forbids it: allow the action there, too.',
  ],
  [
    'session policy',
    'The policy that the session was made with forbids it: make the session without it.',
  ],
  [
    'VPC endpoint policy',
    'The policy of the VPC endpoint that the worker calls through forbids it: allow the action there.',
  ],
  [
    'identity-based policy',
    'A policy of the role or user does not allow it: add the permission, or take out what denies it.',
  ],
];

/** What helps against a refusal that names the kind of policy behind it; null where it does not. */
export function policyAdvice(message: string): string | null {
  const match =
    /(?:explicit deny in an? |because no )([a-z -]+? polic(?:y|ies)|permissions boundary)/i;
  const named = match.exec(message)?.[1]?.toLowerCase();
  if (named === undefined) return null;
  return POLICIES.find(([policy]) => named.endsWith(policy.toLowerCase()))?.[1] ?? null;
}
