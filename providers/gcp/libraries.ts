import type { AuthClient } from 'google-auth-library';

/**
 * Google's client libraries. They are loaded when first asked for: all together take two seconds
 * and 200 MB, which a worker without GCP must not pay.
 */
const LIBRARIES = {
  compute: () => import('@google-cloud/compute'),
  container: () => import('@google-cloud/container'),
  // By itself it is the API of the first generation, which does not know the second.
  functions: async () => (await import('@google-cloud/functions')).v2,
  redis: () => import('@google-cloud/redis'),
  resourcemanager: () => import('@google-cloud/resource-manager'),
  run: () => import('@google-cloud/run'),
};

export type Library = keyof typeof LIBRARIES;
/** The client classes of a library, e.g. `InstancesClient`. */
export type ServiceName<L extends Library> = Extract<
  keyof Awaited<ReturnType<(typeof LIBRARIES)[L]>>,
  `${string}Client`
>;

/** What all clients of these libraries have in common. */
export interface GaxClient {
  initialize(): Promise<unknown>;
  /**
   * The calls as the API has them. The methods beside them yield items one by one, and lose what an
   * answer says of itself: that zones gave none.
   */
  innerApiCalls: Readonly<Record<string, GaxCall>>;
  /** Of the APIs that say where they are offered. */
  locationsClient?: GaxClient;
}

/** A paged call's answer is its items, the next request, and the answer itself; others' is one. */
type GaxCall = (request: object, options: object) => GaxAnswer;
export type GaxAnswer = Promise<readonly unknown[]> & { cancel(): void };

/** Where calls go instead of Google: one address for every API. */
export type Endpoint = URL;

/** What gax makes clients with; REST in place of gRPC, so that all APIs fail in one way. */
interface GaxOptions {
  authClient: AuthClient;
  fallback: true;
  apiEndpoint?: string;
  port?: number;
  protocol?: string;
}

/** Makes a client of a library. */
export async function makeClient<L extends Library>(
  library: L,
  service: ServiceName<L>,
  authClient: AuthClient,
  endpoint: Endpoint | null,
): Promise<GaxClient> {
  const module = (await LIBRARIES[library]()) as unknown as Record<
    string,
    new (
      options: GaxOptions,
    ) => GaxClient
  >;
  const Service = module[service];
  if (!Service) throw new TypeError(`@google-cloud/${library} has no ${service}.`);
  const client = new Service({
    authClient,
    fallback: true,
    ...(endpoint && {
      apiEndpoint: endpoint.hostname,
      port: portOf(endpoint),
      protocol: endpoint.protocol.slice(0, -1),
    }),
  });
  await client.initialize();
  await client.locationsClient?.initialize();
  return client;
}

function portOf({ port, protocol }: URL): number {
  if (port) return Number(port);
  return protocol === 'http:' ? 80 : 443;
}
