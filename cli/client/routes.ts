import type { z } from 'zod';
import type { route as approveLoss } from '../../api/routes/approve-loss.ts';
import type { route as changes } from '../../api/routes/changes.ts';
import type { listRoute as listCoverage } from '../../api/routes/coverage.ts';
import type { route as dependencies } from '../../api/routes/dependencies.ts';
import type { route as diff } from '../../api/routes/diff.ts';
import type { route as discover } from '../../api/routes/discover.ts';
import type {
  oneRoute as getDiscovery,
  listRoute as listDiscoveries,
} from '../../api/routes/discoveries.ts';
import type { routeOf as tellDiscovery } from '../../api/routes/discovery-commands.ts';
import type { route as duplicates } from '../../api/routes/duplicates.ts';
import type { readyRoute } from '../../api/routes/health.ts';
import type { route as history } from '../../api/routes/history.ts';
import type { route as impact } from '../../api/routes/impact.ts';
import type { route as impactOfMany } from '../../api/routes/impact-of-many.ts';
import type { oneRoute as getItem, listRoute as listItems } from '../../api/routes/items.ts';
import type { route as path } from '../../api/routes/path.ts';
import type {
  putRoute as decideSameness,
  listRoute as listDecisions,
  deleteRoute as withdrawDecision,
} from '../../api/routes/sameness-decisions.ts';
import type {
  pauseRoute as pauseSchedule,
  resumeRoute as resumeSchedule,
  triggerRoute as triggerSchedule,
} from '../../api/routes/schedule-commands.ts';
import type {
  createScheduleRoute as createSchedule,
  deleteRoute as deleteSchedule,
  oneRoute as getSchedule,
  listRoute as listSchedules,
} from '../../api/routes/schedules.ts';
import type { route as singlePoints } from '../../api/routes/single-points.ts';
import type { route as sources } from '../../api/routes/sources.ts';
import type { route as stats } from '../../api/routes/stats.ts';
import type {
  createTokenRoute as createToken,
  listRoute as listTokens,
  revokeRoute as revokeToken,
} from '../../api/routes/tokens.ts';

export type { ProblemDocument } from '../../api/http/problem.ts';

/** The routes of the API that the command line uses. */
type Route =
  | typeof approveLoss
  | typeof changes
  | typeof createSchedule
  | typeof createToken
  | typeof decideSameness
  | typeof deleteSchedule
  | typeof dependencies
  | typeof diff
  | typeof discover
  | typeof duplicates
  | typeof getDiscovery
  | typeof getItem
  | typeof getSchedule
  | typeof history
  | typeof impact
  | typeof impactOfMany
  | typeof listCoverage
  | typeof listDecisions
  | typeof listDiscoveries
  | typeof listItems
  | typeof listSchedules
  | typeof listTokens
  | typeof path
  | typeof pauseSchedule
  | typeof readyRoute
  | typeof resumeSchedule
  | typeof revokeToken
  | typeof singlePoints
  | typeof sources
  | typeof stats
  | ReturnType<typeof tellDiscovery>
  | typeof triggerSchedule
  | typeof withdrawDecision;

/**
 * The same by method and path, such as `GET /cis`. Types alone: a call is checked against the
 * declaration by which the server answers, and nothing of the server is loaded.
 */
type Endpoints = { [R in Route as `${Uppercase<R['method']>} ${R['path']}`]: R };

export type Endpoint = keyof Endpoints;

/** What an endpoint answers when all is well. */
export type AnswerOf<E extends Endpoint> = Answered<Endpoints[E]['responses']>;

type Answered<Responses> = {
  [Status in 200 | 201 | 202]: Status extends keyof Responses ? Json<Responses[Status]> : never;
}[200 | 201 | 202];

type Json<Response> = Response extends { content: { 'application/json': { schema: infer Schema } } }
  ? Schema extends z.ZodType
    ? z.output<Schema>
    : never
  : never;

type Part<E extends Endpoint, Key extends string> = Endpoints[E] extends {
  request: { [K in Key]: infer Schema extends z.ZodType };
}
  ? z.input<Schema>
  : undefined;

/** The values for the names in braces in the path. */
export type ParamsOf<E extends Endpoint> = Part<E, 'params'>;
export type QueryOf<E extends Endpoint> = Part<E, 'query'>;
export type BodyOf<E extends Endpoint> = Endpoints[E] extends {
  request: {
    body: { content: { 'application/json': { schema: infer Schema extends z.ZodType } } };
  };
}
  ? z.input<Schema>
  : undefined;
