/**
 * The SDK's clients, a library a service. They are loaded when first asked for: all together take a
 * second and 160 MB, which a worker without Azure must not pay.
 */
const LIBRARIES = {
  appservice: async () => (await import('@azure/arm-appservice')).WebSiteManagementClient,
  compute: async () => (await import('@azure/arm-compute')).ComputeManagementClient,
  containerservice: async () =>
    (await import('@azure/arm-containerservice')).ContainerServiceClient,
  mysql: async () => {
    const library = await import('@azure/arm-mysql-flexible');
    olderGeneration.add(library.getContinuationToken);
    return library.MySQLManagementFlexibleServerClient;
  },
  network: async () => (await import('@azure/arm-network')).NetworkManagementClient,
  postgresql: async () => {
    const library = await import('@azure/arm-postgresql-flexible');
    olderGeneration.add(library.getContinuationToken);
    return library.PostgreSQLManagementFlexibleServerClient;
  },
  redis: async () => {
    const library = await import('@azure/arm-rediscache');
    olderGeneration.add(library.getContinuationToken);
    return library.RedisManagementClient;
  },
  resources: async () => (await import('@azure/arm-resources')).ResourceManagementClient,
  sql: async () => {
    const library = await import('@azure/arm-sql');
    olderGeneration.add(library.getContinuationToken);
    return library.SqlManagementClient;
  },
  storage: async () => (await import('@azure/arm-storage')).StorageManagementClient,
};

export type ServiceName = keyof typeof LIBRARIES;
export type ServiceClass<Name extends ServiceName> = Awaited<ReturnType<(typeof LIBRARIES)[Name]>>;
export type Service<Name extends ServiceName> = InstanceType<ServiceClass<Name>>;

/** How libraries of the older generation tell where a page goes on; each knows its own pages. */
const olderGeneration = new Set<(page: unknown) => string | undefined>();

export function loadService<Name extends ServiceName>(name: Name): Promise<ServiceClass<Name>> {
  return LIBRARIES[name]() as Promise<ServiceClass<Name>>;
}

/** Where the list goes on after a page that a client gave; null at its end. */
export function pageTokenOf(page: unknown): string | null {
  const { continuationToken } = page as { continuationToken?: string };
  if (continuationToken) return continuationToken;
  for (const tokenOf of olderGeneration) {
    const token = tokenOf(page);
    if (token) return token;
  }
  return null;
}
