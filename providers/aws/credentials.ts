import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';

/** Gives credentials whenever they are needed, as the SDK's clients ask for them. */
export type CredentialSource = ReturnType<typeof fromNodeProviderChain>;
type Credentials = Awaited<ReturnType<CredentialSource>>;

/** How the session of an assumed role is called in CloudTrail. */
const SESSION_NAME = 'cmdb-agent';

/**
 * The metadata service of an EC2 instance answers in milliseconds; anywhere else nobody does, and a
 * program that runs without AWS must not wait for that.
 */
const METADATA_OPTIONS = { timeout: 1_000, maxRetries: 0 };

/** Credentials this close to their end are renewed: a call must not begin with the last second. */
const RENEW_BEFORE_END_MS = 5 * 60_000;

/** The SDK's default chain: environment, profiles, single sign-on, web identity, metadata. */
export function defaultCredentials(): CredentialSource {
  return fromNodeProviderChain(METADATA_OPTIONS);
}

/**
 * The credentials of a role, assumed with `base` through the STS of `region`.
 *
 * @param externalId what the role's trust policy asks for; null where it asks for none
 */
export function roleCredentials(
  roleArn: string,
  externalId: string | null,
  base: CredentialSource,
  region: string,
): CredentialSource {
  return untilTheirEnd(
    fromTemporaryCredentials({
      params: {
        RoleArn: roleArn,
        RoleSessionName: SESSION_NAME,
        ...(externalId === null ? {} : { ExternalId: externalId }),
      },
      masterCredentials: base,
      clientConfig: { region },
    }),
  );
}

/** Keeps credentials until shortly before their end: a run of many slices assumes a role once. */
function untilTheirEnd(source: CredentialSource): CredentialSource {
  let current: Promise<Credentials> | undefined;
  let renewAt = 0;
  return async (options) => {
    if (current && Date.now() < renewAt) return current;
    // Whoever asks meanwhile waits for the same answer.
    renewAt = Number.POSITIVE_INFINITY;
    current = source(options).then(
      (credentials) => {
        const end = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
        renewAt = end - RENEW_BEFORE_END_MS;
        return credentials;
      },
      (error) => {
        current = undefined;
        throw error;
      },
    );
    return current;
  };
}

/** Variables that say that somebody means AWS to be used, without credentials being found yet. */
const INTENT_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Whether the environment names credentials, be they good or not. */
export function namesCredentials(environment: NodeJS.ProcessEnv): boolean {
  return INTENT_VARIABLES.some((name) => Boolean(environment[name]));
}

/** Whether the chain ended without finding any; an expired sign-on is another error. */
export function isNoCredentialsError(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'CredentialsProviderError' &&
    error.message.startsWith('Could not load credentials from any providers')
  );
}
