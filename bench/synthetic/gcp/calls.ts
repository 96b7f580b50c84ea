import type { SyntheticCall, SyntheticRequest } from '../call.ts';

/** How a request is answered. */
type Answer =
  | { readonly as: 'aggregated' | 'global' | 'managed'; readonly collection: string }
  | { readonly as: 'members' | 'endpoints' | 'machine_types' | 'project' | 'locations' }
  | { readonly as: 'projects' | 'folders' };

/** A call of one of Google's APIs, read from its address. */
export interface GcpCall extends SyntheticCall {
  readonly answer: Answer;
  /** The address from the project on. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

type Route = readonly [
  method: string,
  path: RegExp,
  operation: string,
  answer: Answer | ((collection: string) => Answer),
];

/**
 * What is served, by the address and with the permission that it needs; `$1` is the collection. All
 * APIs share one address here, where each has a host of its own at Google: their paths differ.
 */
const ROUTES: readonly Route[] = [
  [
    'GET',
    /^\/compute\/v1\/projects\/[^/]+\/aggregated\/(\w+)$/,
    'compute.$1.list',
    (collection) => ({ as: 'aggregated', collection }),
  ],
  [
    'GET',
    /^\/compute\/v1\/projects\/[^/]+\/global\/(\w+)$/,
    'compute.$1.list',
    (collection) => ({ as: 'global', collection }),
  ],
  [
    'GET',
    /^\/compute\/v1\/projects\/[^/]+\/zones\/[^/]+\/machineTypes$/,
    'compute.machineTypes.list',
    { as: 'machine_types' },
  ],
  [
    'POST',
    /^\/compute\/v1\/projects\/[^/]+\/(?:zones|regions)\/[^/]+\/instanceGroups\/[^/]+\/listInstances$/,
    'compute.instanceGroups.get',
    { as: 'members' },
  ],
  [
    'POST',
    /^\/compute\/v1\/projects\/[^/]+\/.*networkEndpointGroups\/[^/]+\/listNetworkEndpoints$/,
    'compute.networkEndpointGroups.get',
    { as: 'endpoints' },
  ],
  ['GET', /^\/v3\/projects$/, 'resourcemanager.projects.list', { as: 'projects' }],
  ['GET', /^\/v3\/folders$/, 'resourcemanager.folders.list', { as: 'folders' }],
  ['GET', /^\/v3\/projects\/[^/]+$/, 'resourcemanager.projects.get', { as: 'project' }],
  [
    'GET',
    /^\/v1\/projects\/[^/]+\/locations\/-\/clusters$/,
    'container.clusters.list',
    { as: 'managed', collection: 'clusters' },
  ],
  [
    'GET',
    /^\/v1\/projects\/[^/]+\/locations\/-\/instances$/,
    'redis.instances.list',
    { as: 'managed', collection: 'redisInstances' },
  ],
  ['GET', /^\/v1\/projects\/[^/]+\/locations$/, 'run.locations.list', { as: 'locations' }],
  [
    'GET',
    /^\/v1\/projects\/[^/]+\/instances$/,
    'cloudsql.instances.list',
    { as: 'managed', collection: 'sqlInstances' },
  ],
  [
    'GET',
    /^\/v2\/projects\/[^/]+\/locations\/[^/-]+-[^/]+\/services$/,
    'run.services.list',
    { as: 'managed', collection: 'services' },
  ],
  [
    'GET',
    /^\/v2\/projects\/[^/]+\/locations\/-\/functions$/,
    'cloudfunctions.functions.list',
    { as: 'managed', collection: 'functions' },
  ],
  ['GET', /^\/storage\/v1\/b$/, 'storage.buckets.list', { as: 'managed', collection: 'buckets' }],
];

export function readCall({ method, url }: SyntheticRequest): GcpCall | null {
  const parameters = url.searchParams;
  for (const [routeMethod, pattern, operation, answer] of ROUTES) {
    const match = method === routeMethod ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const collection = match[1] ?? '';
    const project = /\/projects\/([^/]+)/.exec(url.pathname)?.[1] ?? parameters.get('project');
    return {
      provider: 'gcp',
      account: project && decodeURIComponent(project),
      region: /\/(?:regions|locations)\/([a-z][^/]+)/.exec(url.pathname)?.[1] ?? null,
      operation: operation.replace('$1', collection),
      is_later_page: parameters.has('pageToken'),
      answer: typeof answer === 'function' ? answer(collection) : answer,
      path: url.pathname,
      parameters,
    };
  }
  return null;
}
