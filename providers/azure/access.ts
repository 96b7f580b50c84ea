import type { TokenCredential } from '@azure/identity';
import type { Sources } from '../../model/sources.ts';
import { CallBudget } from './call-budget.ts';
import { type AzureClient, createAzureClient, scopeOf } from './client.ts';

/** The Resource Manager of the public cloud; those of other clouds are named in the environment. */
const PUBLIC_ENDPOINT = 'https://management.azure.com';

/** Variables that say that somebody means Azure to be used, without credentials being found yet. */
const INTENT_VARIABLES = [
  'AZURE_CLIENT_ID',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_TENANT_ID',
  'IDENTITY_ENDPOINT',
];

/** In its place for calls that are about no subscription. */
const NO_SUBSCRIPTION = '';

/**
 * The way into Azure: the default chain's credentials – environment, workload identity, managed
 * identity, `az login` –, with which one token opens every subscription. One for a process, so that
 * the token is shared and calls to one subscription share a budget.
 */
export class AzureAccess {
  readonly settings: NonNullable<Sources['azure']>;
  readonly #isInSources: boolean;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #endpoint: string;
  readonly #budget = new CallBudget();
  #credential: Promise<TokenCredential> | undefined;

  constructor(settings: Sources['azure'], environment: NodeJS.ProcessEnv) {
    this.settings = settings ?? {};
    this.#isInSources = settings !== undefined;
    this.#environment = environment;
    this.#endpoint = environment.AZURE_RESOURCE_MANAGER_URL || PUBLIC_ENDPOINT;
  }

  /** Whether anybody wants Azure discovered here: somebody who has no Azure must not see an error. */
  async isConfigured(signal: AbortSignal): Promise<boolean> {
    if (this.#isInSources || INTENT_VARIABLES.some((name) => Boolean(this.#environment[name]))) {
      return true;
    }
    try {
      const credential = await this.#ownCredential();
      await credential.getToken(scopeOf(this.#endpoint), { abortSignal: signal });
      return true;
    } catch (error) {
      // An expired sign-on is no lack of credentials: it is told when they are used.
      return !isNoCredentialsError(error);
    }
  }

  /** The client of one subscription; of none for what lists subscriptions. */
  async client(subscription = NO_SUBSCRIPTION): Promise<AzureClient> {
    return createAzureClient({
      subscription,
      endpoint: this.#endpoint,
      credential: await this.#ownCredential(),
      budget: this.#budget,
    });
  }

  #ownCredential(): Promise<TokenCredential> {
    this.#credential ??= import('@azure/identity').then(
      ({ DefaultAzureCredential }) => new DefaultAzureCredential(),
    );
    return this.#credential;
  }
}

/** Whether the chain ended without finding any; each of its links says so by its error's name. */
function isNoCredentialsError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'CredentialUnavailableError') return true;
  const causes = (error as { errors?: unknown }).errors;
  return (
    error.name === 'AggregateAuthenticationError' &&
    Array.isArray(causes) &&
    causes.every(isNoCredentialsError)
  );
}
