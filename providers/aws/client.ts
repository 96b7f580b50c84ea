import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { CallBudget } from '../call-budget.ts';
import { announceAttempts } from './announce-attempts.ts';
import { callsPerSecond } from './call-rates.ts';
import type { CredentialSource } from './credentials.ts';
import { type Partition, partitionOf } from './partition.ts';

/** What every client of the SDK is made with. */
export interface ServiceConfig {
  region: string;
  credentials: CredentialSource;
  maxAttempts: number;
  retryMode: 'standard';
  /** Named, since Kinesis would choose HTTP/2: without these timeouts, and unknown to emulators. */
  requestHandler: NodeHttpHandler;
  /** S3 only, which others ignore: emulators have no host name for each bucket. */
  forcePathStyle: boolean;
}

type Call<Args, Result> = (args: Args) => Promise<Result>;

/** The part of the SDK's clients that is used here; they have no common class of their own. */
interface Service {
  middlewareStack: {
    add(
      middleware: <Args, Result>(next: Call<Args, Result>) => Call<Args, Result>,
      options: { step: 'initialize'; name: string },
    ): void;
    add(...attempts: Parameters<Parameters<typeof announceAttempts>[0]['add']>): void;
    remove(name: string): boolean;
  };
}

/** A client class of the SDK, e.g. `EC2Client`. */
export type ServiceClass<S> = new (config: ServiceConfig) => S;

/** What a resource type lists its pages with: the clients of one scope. */
export interface AwsClient {
  readonly account: string;
  /** Where calls go: the scope's region; for what is listed once an account, the home region. */
  readonly region: string;
  readonly partition: Partition;
  /**
   * The SDK's client of a service, made when first asked for. Give every call the signal:
   * `aws.service(EC2Client).send(command, { abortSignal: signal })`.
   *
   * @param region another one than the scope's, e.g. that of a bucket
   */
  service<S extends Service>(Service: ServiceClass<S>, region?: string): S;
  /** Loads something once an attempt at a slice: a catalogue that its pages look things up in. */
  memo<Value>(key: string, load: () => Promise<Value>): Promise<Value>;
}

export interface AwsClientOptions {
  account: string;
  region: string;
  credentials: CredentialSource;
  budget: CallBudget;
  is_endpoint_overridden: boolean;
}

const CONNECTION_TIMEOUT_MS = 5_000;
/** A page of the slowest listings takes some 10 s; what is silent for longer will not answer. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Measured on throttling at every third call: standard retry with 3 attempts loses none. */
const MAX_ATTEMPTS = 3;

/** One pool of connections for all clients: it is what costs time, and outlives them. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 50 };
const HANDLER_OPTIONS = {
  httpAgent: new HttpAgent(AGENT_OPTIONS),
  httpsAgent: new HttpsAgent(AGENT_OPTIONS),
  connectionTimeout: CONNECTION_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  throwOnRequestTimeout: true,
};

/** What a client of the SDK is made with for these credentials in this region. */
export function serviceConfig(
  region: string,
  credentials: CredentialSource,
  isEndpointOverridden: boolean,
): ServiceConfig {
  return {
    region,
    credentials,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    requestHandler: new NodeHttpHandler(HANDLER_OPTIONS),
    forcePathStyle: isEndpointOverridden,
  };
}

export function createAwsClient(options: AwsClientOptions): AwsClient {
  const { account, region, credentials, budget, is_endpoint_overridden } = options;
  const services = new Map<string, Service>();
  const memos = new Map<string, Promise<unknown>>();
  return {
    account,
    region,
    partition: partitionOf(region),

    service<S extends Service>(Service: ServiceClass<S>, serviceRegion = region): S {
      const place = `${account}/${serviceRegion}/${Service.name}`;
      const known = services.get(place);
      if (known) return known as S;
      const made = new Service(serviceConfig(serviceRegion, credentials, is_endpoint_overridden));
      const perSecond = callsPerSecond(Service.name);
      made.middlewareStack.add(
        (next) => (args) => budget.spend(place, () => next(args), perSecond),
        { step: 'initialize', name: 'callBudget' },
      );
      announceAttempts(made.middlewareStack);
      // It would prepare every answer for a log that nobody keeps.
      made.middlewareStack.remove('loggerMiddleware');
      services.set(place, made);
      return made;
    },

    memo<Value>(key: string, load: () => Promise<Value>): Promise<Value> {
      const known = memos.get(key) as Promise<Value> | undefined;
      const loading = known ?? load();
      memos.set(key, loading);
      return loading;
    },
  };
}
