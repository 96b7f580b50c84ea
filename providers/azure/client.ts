import type { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/identity';
import type { CallBudget } from './call-budget.ts';
import { loadService, type Service, type ServiceName } from './libraries.ts';
import { addPolicies, type Pipeline } from './policies.ts';

/** What every client of the SDK is made with; each generation of them reads its own part. */
export interface ServiceOptions {
  endpoint: string;
  /** The older generation's name of the endpoint, for all calls but the first of a list. */
  $host: string;
  credentials: { scopes: string[] };
  /** The older generation's name of the scopes. */
  credentialScopes: string[];
  retryOptions: { maxRetries: number; retryDelayInMs: number; maxRetryDelayInMs: number };
  userAgentOptions: { userAgentPrefix: string };
}

/** What a resource type lists its pages with: the clients of one subscription. */
export interface AzureClient {
  readonly subscription: string;
  /**
   * The SDK's client of a service, made when first asked for. It takes the signal of the listing
   * from `withSignal`, since the SDK hands none of its own to the later pages of a list.
   */
  service<Name extends ServiceName>(name: Name): Promise<Service<Name>>;
  /** The SDK's client of subscriptions themselves. */
  subscriptions(): Promise<SubscriptionClient>;
  /** Loads something once an attempt at a slice: a catalogue that its pages look things up in. */
  memo<Value>(key: string, load: () => Promise<Value>): Promise<Value>;
}

export interface AzureClientOptions {
  subscription: string;
  /** Of the Resource Manager, e.g. `https://management.azure.com`. */
  endpoint: string;
  credential: TokenCredential;
  budget: CallBudget;
}

/**
 * Two more tries within seconds, for a server's hiccup; throttling is never waited out here (see
 * `policies.ts`). Everything longer is Temporal's, which frees the slot meanwhile.
 */
const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 };

/** How all of the SDK's client classes are called; they have no common class of their own. */
type AnyClient<S> = new (
  credential: TokenCredential,
  subscription: string,
  options: ServiceOptions,
) => S;

/** What a client of the SDK is made with for this endpoint. */
export function serviceOptions(endpoint: string): ServiceOptions {
  const scopes = [scopeOf(endpoint)];
  return {
    endpoint,
    $host: endpoint,
    credentials: { scopes },
    credentialScopes: scopes,
    retryOptions: RETRIES,
    userAgentOptions: { userAgentPrefix: 'cmdb-agent' },
  };
}

/** What a token must be for: everything that the Resource Manager at this endpoint allows. */
export function scopeOf(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, '')}/.default`;
}

export function createAzureClient(options: AzureClientOptions): AzureClient {
  const { subscription, endpoint, credential, budget } = options;
  const services = new Map<ServiceName, unknown>();
  const memos = new Map<string, Promise<unknown>>();
  const paced = <S extends { pipeline: Pipeline }>(client: S): S => {
    addPolicies(client.pipeline, (call) => budget.spend(subscription, call));
    return client;
  };
  return {
    subscription,

    async service<Name extends ServiceName>(name: Name): Promise<Service<Name>> {
      const known = services.get(name) as Service<Name> | undefined;
      if (known) return known;
      const Client = (await loadService(name)) as AnyClient<Service<Name>>;
      const made = paced(new Client(credential, subscription, serviceOptions(endpoint)));
      services.set(name, made);
      return made;
    },

    async subscriptions() {
      const { SubscriptionClient } = await import('@azure/arm-resources-subscriptions');
      return paced(new SubscriptionClient(credential, serviceOptions(endpoint)));
    },

    memo<Value>(key: string, load: () => Promise<Value>): Promise<Value> {
      const known = memos.get(key) as Promise<Value> | undefined;
      const loading = known ?? load();
      memos.set(key, loading);
      return loading;
    },
  };
}
