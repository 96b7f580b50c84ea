import type { SyntheticAnswer, SyntheticProvider } from '../call.ts';
import type { Estate } from '../options.ts';
import { json } from '../server.ts';
import { type GcpCall, readCall } from './calls.ts';
import { type Body, COMPUTE, computeItem, MACHINE_TYPES, scopeOf } from './compute.ts';
import { type Kind, SyntheticProject } from './estate.ts';
import { membersOf } from './load-balancing.ts';
import { MANAGED } from './managed.ts';
import { foldersIn, projectBody, projectsIn } from './organization.ts';

/** What each list of the other APIs calls its items. */
const FIELDS: Readonly<Record<string, string>> = {
  clusters: 'clusters',
  sqlInstances: 'items',
  redisInstances: 'instances',
  buckets: 'items',
  services: 'services',
  functions: 'functions',
};

/** GCP at the wire: what is not generated is answered by an empty list. */
export function createSyntheticGcp(estate: Estate): SyntheticProvider<GcpCall> {
  const projects = new Map<string, SyntheticProject>();
  const projectOf = ({ account }: GcpCall): SyntheticProject => {
    const id = account ?? '';
    const known = projects.get(id) ?? new SyntheticProject(estate, id);
    projects.set(id, known);
    return known;
  };

  return {
    recognise: readCall,

    answer(call, epoch) {
      const project = projectOf(call);
      switch (call.answer.as) {
        case 'aggregated':
          return aggregated(call, call.answer.collection, project, estate, epoch);
        case 'global':
          return global(call, call.answer.collection, project, estate, epoch);
        case 'managed':
          return managed(call, call.answer.collection, project, estate, epoch);
        case 'members':
          return json(200, {
            items: membersOf(project, indexIn(call.path)).map((instance) => ({
              instance,
              status: 'RUNNING',
            })),
          });
        case 'endpoints':
          return json(200, {
            items: membersOf(project, indexIn(call.path)).map((instance, position) => ({
              networkEndpoint: { instance, ipAddress: `10.4.0.${position + 1}`, port: 8080 },
            })),
          });
        case 'machine_types':
          return machineTypes(call, project);
        case 'project':
          return json(200, projectBody(project.id, estate));
        case 'projects':
          return json(200, { projects: projectsIn(call, estate) });
        case 'folders':
          return json(200, { folders: foldersIn(call, estate) });
        case 'locations':
          return json(200, {
            locations: project.regions.map((region) => ({
              name: `projects/${project.id}/locations/${region}`,
              locationId: region,
            })),
          });
      }
    },

    refuse(call, kind) {
      if (kind === 'throttled') {
        return error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', 'RATE_LIMIT_EXCEEDED');
      }
      if (kind === 'failed') return error(503, 'UNAVAILABLE', 'The service is not available.');
      const message = `Required '${call.operation}' permission for 'projects/${call.account}'`;
      return error(403, 'PERMISSION_DENIED', message, 'IAM_PERMISSION_DENIED', {
        permission: call.operation,
      });
    },
  };
}

/** The range of a list that a page is, and the token of the next. */
function pageOf({ parameters }: GcpCall, total: number, { gcp }: Estate) {
  const start = Number(parameters.get('pageToken') ?? 0);
  const asked = Number(parameters.get('maxResults') ?? parameters.get('pageSize') ?? gcp.page_size);
  const end = Math.min(start + Math.min(asked, gcp.page_size), total);
  const indexes = Array.from({ length: Math.max(end - start, 0) }, (_, n) => start + n);
  return { indexes, next: end < total ? { nextPageToken: String(end) } : {} };
}

function aggregated(
  call: GcpCall,
  collection: string,
  project: SyntheticProject,
  estate: Estate,
  epoch: number,
): SyntheticAnswer {
  const listing = COMPUTE[collection];
  const kind = collection as Kind;
  const unreachable = estate.gcp.unreachable;
  if (unreachable.length > 0 && call.parameters.get('returnPartialSuccess') !== 'true') {
    return error(503, 'UNAVAILABLE', `${unreachable.join()} cannot be reached.`);
  }
  const { indexes, next } = pageOf(call, listing ? project.count(kind) : 0, estate);
  const items: Record<string, Body> = {};
  for (const scope of [
    'global',
    ...places('regions', project.regions),
    ...places('zones', project.zones),
  ]) {
    items[scope] = unreachable.includes(scope) ? outOfReach(scope) : nothingOnPage(scope);
  }
  for (const index of indexes) {
    if (!listing) break;
    const item = computeItem(project, kind, listing, index, epoch);
    const scope = scopeOf(item);
    if (unreachable.includes(scope)) continue;
    const listed = items[scope]?.[collection] as Body[] | undefined;
    items[scope] = { [collection]: [...(listed ?? []), item] };
  }
  return json(200, {
    kind: `compute#${collection}AggregatedList`,
    id: `projects/${project.id}/aggregated/${collection}`,
    items,
    ...next,
    ...(unreachable.length > 0 && { unreachables: unreachable }),
  });
}

function places(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind}/${name}`);
}

function nothingOnPage(scope: string): Body {
  return warning(
    scope,
    'NO_RESULTS_ON_PAGE',
    `There are no results for scope '${scope}' on this page.`,
  );
}

function outOfReach(scope: string): Body {
  return warning(scope, 'UNREACHABLE', `The scope '${scope}' could not be reached.`);
}

function warning(scope: string, code: string, message: string): Body {
  return { warning: { code, message, data: [{ key: 'scope', value: scope }] } };
}

function global(
  call: GcpCall,
  collection: string,
  project: SyntheticProject,
  estate: Estate,
  epoch: number,
): SyntheticAnswer {
  const listing = COMPUTE[collection];
  const kind = collection as Kind;
  const { indexes, next } = pageOf(call, listing ? project.count(kind) : 0, estate);
  const items = listing
    ? indexes.map((index) => computeItem(project, kind, listing, index, epoch))
    : [];
  return json(200, { kind: `compute#${collection}List`, items, ...next });
}

function managed(
  call: GcpCall,
  collection: string,
  project: SyntheticProject,
  estate: Estate,
  epoch: number,
): SyntheticAnswer {
  const one = MANAGED[collection as Kind];
  const total = one ? project.count(collection as Kind) : 0;
  const all = Array.from({ length: total }, (_, index) => index);
  // Cloud Run is listed region by region.
  const there =
    call.region === null ? all : all.filter((index) => project.regionOf(index) === call.region);
  // GKE answers everything at once.
  const paged = collection === 'clusters' ? null : pageOf(call, there.length, estate);
  const places = paged === null ? [...there.keys()] : paged.indexes;
  const items = places.flatMap((place) => {
    const index = there[place];
    return one && index !== undefined ? [one(project, index, epoch)] : [];
  });
  return json(200, { [FIELDS[collection] ?? 'items']: items, ...paged?.next });
}

function machineTypes({ path, parameters }: GcpCall, project: SyntheticProject): SyntheticAnswer {
  const zone = /\/zones\/([^/]+)/.exec(path)?.[1] ?? '';
  const filter = parameters.get('filter');
  const items = Object.entries(MACHINE_TYPES)
    .filter(([name]) => filter === null || filter.includes(`"${name}"`))
    .map(([name, size]) => ({
      name,
      zone,
      selfLink: project.url(`zones/${zone}/machineTypes/${name}`),
      ...size,
    }));
  return json(200, { kind: 'compute#machineTypeList', items });
}

function indexIn(path: string): number {
  return Number(/-(\d+)\/list/.exec(path)?.[1] ?? 0);
}

/** An error as Google words it: `google.rpc.Status`, and the older list of errors beside it. */
function error(
  code: number,
  status: string,
  message: string,
  reason?: string,
  metadata: Record<string, string> = {},
): SyntheticAnswer {
  const details =
    reason === undefined
      ? []
      : [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason,
            domain: 'googleapis.com',
            metadata,
          },
        ];
  const errors = [
    { message, domain: 'global', reason: code === 403 ? 'forbidden' : 'backendError' },
  ];
  return json(code, { error: { code, message, status, errors, details } });
}
