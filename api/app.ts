import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { secureHeaders } from 'hono/secure-headers';
import { timeout } from 'hono/timeout';
import { Registry } from 'prom-client';
import { auditWrites } from './access/audit-writes.ts';
import { authorize, identify } from './access/guard.ts';
import { type Need, needsOf } from './access/needs.ts';
import type { AppDeps } from './app-deps.ts';
import { accessLog } from './http/access-log.ts';
import { browserGuard, crossOrigin } from './http/browser-guard.ts';
import { Problem } from './http/problem.ts';
import { problemRenderer, renderProblem } from './http/render-problem.ts';
import { type AppEnv, createRouter } from './http/router.ts';
import { httpMetrics } from './metrics/http-metrics.ts';
import { createWalkReader } from './read-walk.ts';
import { approveLossRoutes } from './routes/approve-loss.ts';
import { auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { cypherRoutes } from './routes/cypher.ts';
import { declaredItemRoutes } from './routes/declared-items.ts';
import { declaredRelationRoutes } from './routes/declared-relations.ts';
import { dependencyRoutes } from './routes/dependencies.ts';
import { diffRoutes } from './routes/diff.ts';
import { discoverRoutes } from './routes/discover.ts';
import { discoveryRoutes } from './routes/discoveries.ts';
import { discoveryCommandRoutes } from './routes/discovery-commands.ts';
import { duplicateRoutes } from './routes/duplicates.ts';
import { exportRoutes } from './routes/export.ts';
import { FILE_PATHS, fileRoutes } from './routes/files.ts';
import { graphRoutes } from './routes/graph.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { impactRoutes } from './routes/impact.ts';
import { impactOfManyRoutes } from './routes/impact-of-many.ts';
import { itemRoutes } from './routes/items.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { overrideItemRoutes } from './routes/override-item.ts';
import { pathRoutes } from './routes/path.ts';
import { relationshipRoutes } from './routes/relationships.ts';
import { samenessDecisionRoutes } from './routes/sameness-decisions.ts';
import { scheduleCommandRoutes } from './routes/schedule-commands.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { singlePointRoutes } from './routes/single-points.ts';
import { sourceRoutes } from './routes/sources.ts';
import { statsRoutes } from './routes/stats.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { unresolvedRoutes } from './routes/unresolved.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** Longer than any store is given, so that their own limits speak first. */
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 1024 * 1024;

/** Answers; what is streamed as events must not wait in a compressor. */
const isCompressed = (type: string) => /^(application|text)\/(?!event-stream)/.test(type);

const BASE_PATH = '/api/v3/cmdb';

const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'CMDB Agent',
    version: '3.0.0',
    description:
      'What there is, what depends on it, and what breaks if it fails. Errors are RFC 9457.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
};

/** What watches the app; each is made by whoever runs it. */
export interface Instruments {
  /** Where the app's metrics go, beside those of the process. */
  registry?: Registry;
  /** Makes a span of each request. */
  tracing?: MiddlewareHandler | undefined;
}

/** Makes the app. It opens nothing and closes nothing. */
export function createApp(
  deps: AppDeps,
  { registry = new Registry(), tracing }: Instruments = {},
): OpenAPIHono<AppEnv> {
  const app = createRouter();
  app.onError(problemRenderer(deps.log));
  app.notFound((c) =>
    renderProblem(
      new Problem('not-found', `There is nothing at ${c.req.path}.`),
      c.get('request_id'),
    ),
  );
  if (tracing) app.use(tracing);
  app.use(httpMetrics(registry));
  // The routes say what they need, and they come after what guards them.
  let needOf: ReturnType<typeof needsOf> | null = null;
  guard(app, deps, (method, pattern) => {
    needOf ??= needsOf(app, [...FILE_PATHS, '/openapi.json']);
    return needOf(method, pattern);
  });

  const readWalk = createWalkReader(deps);
  app.route('/', discoverRoutes(deps));
  app.route(BASE_PATH, discoverRoutes(deps));
  app.route(BASE_PATH, discoveryRoutes(deps));
  app.route(BASE_PATH, discoveryCommandRoutes(deps));
  app.route(BASE_PATH, itemRoutes(deps));
  app.route(BASE_PATH, exportRoutes(deps));
  app.route(BASE_PATH, sourceRoutes(deps));
  app.route(BASE_PATH, duplicateRoutes(deps));
  app.route(BASE_PATH, samenessDecisionRoutes(deps));
  app.route(BASE_PATH, historyRoutes(deps));
  app.route(BASE_PATH, changeRoutes(deps));
  app.route(BASE_PATH, diffRoutes(deps));
  app.route(BASE_PATH, overrideItemRoutes(deps));
  app.route(BASE_PATH, declaredItemRoutes(deps));
  app.route(BASE_PATH, declaredRelationRoutes(deps));
  app.route(BASE_PATH, dependencyRoutes(deps, readWalk));
  app.route(BASE_PATH, impactRoutes(deps, readWalk));
  app.route(BASE_PATH, impactOfManyRoutes(deps, readWalk));
  app.route(BASE_PATH, singlePointRoutes(deps));
  app.route(BASE_PATH, relationshipRoutes(deps));
  app.route(BASE_PATH, pathRoutes(deps));
  app.route(BASE_PATH, graphRoutes(deps));
  app.route(BASE_PATH, cypherRoutes(deps));
  app.route(BASE_PATH, unresolvedRoutes(deps));
  app.route(BASE_PATH, statsRoutes(deps));
  app.route(BASE_PATH, tokenRoutes(deps));
  app.route(BASE_PATH, auditRoutes(deps));
  app.route(BASE_PATH, coverageRoutes(deps));
  app.route(BASE_PATH, approveLossRoutes(deps));
  app.route(BASE_PATH, scheduleRoutes(deps));
  app.route(BASE_PATH, scheduleCommandRoutes(deps));
  app.route(BASE_PATH, webhookRoutes(deps));
  app.route(BASE_PATH, webhookDeliveryRoutes(deps));
  app.route('/', healthRoutes(deps));
  app.route('/', metricsRoutes(deps, registry));
  app.route('/', fileRoutes());
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /tokens`, or a JWT of the identity provider.',
  });
  // An empty alternative says that it goes without, too.
  const security = deps.access.anonymous ? [{ bearer: [] }, {}] : [{ bearer: [] }];
  app.get('/openapi.json', (c) => c.json(app.getOpenAPI31Document({ ...DESCRIPTION, security })));
  return app;
}

function guard(
  app: OpenAPIHono<AppEnv>,
  deps: AppDeps,
  needOf: (method: string, pattern: string) => Need | null,
): void {
  app.use(accessLog(deps.log));
  // Before what may put one answer in the place of another, which keeps the headers of the first.
  app.use(compress({ contentTypeFilter: isCompressed }));
  app.use(
    secureHeaders({
      // The API speaks plain HTTP; whoever puts TLS before it decides about HSTS.
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        // Swagger UI sets style attributes and carries its icons as data.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allowed) =>
        renderProblem(
          new Problem('method-not-allowed', `Allowed are: ${allowed.join(', ')}.`, {
            headers: { allow: allowed.join(', ') },
          }),
          c.get('request_id'),
        ),
    }),
  );
  if (deps.cors_origins.length > 0) app.use(crossOrigin(deps.cors_origins));
  app.use(browserGuard(deps.access.anonymous !== null, deps.cors_origins));
  app.use(identify(deps, needOf));
  app.use(auditWrites(deps));
  app.use(authorize(needOf));
  app.use(timeout(deps.request_timeout_ms ?? REQUEST_TIMEOUT_MS));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new Problem('body-too-large', `At most ${MAX_BODY_BYTES} bytes are read.`);
      },
    }),
  );
}
