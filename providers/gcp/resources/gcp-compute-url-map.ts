import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { instant, listOf, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf, placeOf } from '../resource-name.ts';

const action = z
  .object({ weightedBackendServices: listOf(z.object({ backendService: text })) })
  .nullish();

const rule = z.object({ service: text, routeAction: action });

const record = z.object({
  id: text,
  name: z.string(),
  selfLink: z.string(),
  description: text,
  defaultService: text,
  defaultRouteAction: action,
  hostRules: listOf(z.object({ hosts: texts, pathMatcher: text })),
  pathMatchers: listOf(
    z.object({
      name: text,
      defaultService: text,
      defaultRouteAction: action,
      pathRules: listOf(rule),
      routeRules: listOf(rule),
    }),
  ),
  creationTimestamp: instant,
});

export const resourceType = defineResourceType({
  name: 'gcp_compute_url_map',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'The routes of an HTTP load balancer: which host and path goes to which back end.',
  permissions: ['compute.urlMaps.list', 'compute.regionUrlMaps.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(gcp, { service: 'UrlMapsClient', collection: 'urlMaps' }, pageToken, signal),

  record,
  nativeId: (raw) => computeName(textAt(raw, 'selfLink')),

  toItem: (map, scope) => ({
    ci_type: 'load_balancer',
    name: map.name,
    display_name: map.name,
    ...placeOf(pathOf(map.selfLink)),
    external_id: pathOf(map.selfLink),
    ...described({}, [map.name, scope.account]),
    attributes: {
      url_map_id: map.id,
      description: map.description,
      default_service: pathOf(map.defaultService),
      hosts: map.hostRules.flatMap(({ hosts }) => hosts).sort(),
      services: servicesOf(map).flatMap((url) => pathOf(url) ?? []),
      creation_time: map.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    // Each is needed for its own routes: they do not stand in for each other.
    routes_to: { type: 'depends_on', target: 'gcp_compute_backend_service', spread: 'forward' },
  },
  references: (map) => servicesOf(map).flatMap((service) => refer('routes_to', service)),
  volatile: [],
});

/** URLs of every back end that some route leads to, once each, sorted. */
function servicesOf(map: z.infer<typeof record>): string[] {
  const routes = [
    { service: map.defaultService, routeAction: map.defaultRouteAction },
    ...map.pathMatchers.flatMap((matcher) => [
      { service: matcher.defaultService, routeAction: matcher.defaultRouteAction },
      ...matcher.pathRules,
      ...matcher.routeRules,
    ]),
  ];
  const services = routes.flatMap(({ service, routeAction }) => [
    service,
    ...(routeAction?.weightedBackendServices ?? []).map(({ backendService }) => backendService),
  ]);
  return [...new Set(services.flatMap((url) => url ?? []))].sort();
}
