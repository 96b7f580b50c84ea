import { CliError } from '../cli-error.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { AnswerOf } from '../client/routes.ts';
import { counted } from '../output/counted.ts';
import type { Finding } from './finding.ts';

type Readiness = AnswerOf<'GET /health/ready'>;
type Slice = AnswerOf<'GET /coverage'>['items'][number];

/** What a component that is down takes away; who is needed makes it broken. */
const COMPONENTS: Readonly<
  Record<keyof Readiness['components'], Pick<Finding, 'component' | 'fix'> & { is_needed: boolean }>
> = {
  postgres: {
    component: 'PostgreSQL',
    is_needed: true,
    fix: 'Start PostgreSQL, run node db/migrate.ts, or correct DATABASE_URL of the API.',
  },
  neo4j: {
    component: 'Neo4j',
    is_needed: false,
    fix: 'Start Neo4j, or correct NEO4J_URI of the API; until then PostgreSQL answers, slower.',
  },
  redis: {
    component: 'Redis',
    is_needed: false,
    fix: 'Start Redis, or correct REDIS_URL of the API; until then nothing is cached.',
  },
  temporal: {
    component: 'Temporal',
    is_needed: true,
    fix: 'Start Temporal, or correct TEMPORAL_ADDRESS of the API.',
  },
  worker: {
    component: 'worker',
    is_needed: true,
    fix: 'Start a worker with the same CMDB_TASK_QUEUE: nothing is discovered without.',
  },
};

/** More commits than this behind, and answers of the graph are noticeably old. */
const MOST_BEHIND = 1_000;

/** What the API tells of itself and of what stands behind it, and whether it lets the caller in. */
export async function checkApi(api: ApiClient): Promise<Finding[]> {
  try {
    const readiness = await api.call('GET /health/ready', { accept: [503] });
    const detail = `answers at ${api.settings.url}`;
    return [
      { component: 'API', seen_by: 'here', status: 'ok', detail, fix: null },
      ...componentsOf(readiness),
      // Without PostgreSQL it answers nothing else.
      ...(readiness.components.postgres.status === 'up' ? await checkInventory(api) : []),
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [brokenBy(error, 'API')];
  }
}

function brokenBy({ message, next_step }: CliError, component: string): Finding {
  return { component, seen_by: 'here', status: 'broken', detail: message, fix: next_step };
}

function componentsOf({ components }: Readiness): Finding[] {
  return Object.entries(COMPONENTS).map(([name, { component, is_needed, fix }]) => {
    const { status, latency_ms, error, behind } = components[name as keyof typeof components];
    const place = { component, seen_by: 'api' as const };
    if (status === 'disabled') {
      return { ...place, status: 'skipped', detail: 'is not configured', fix: null };
    }
    if (status === 'down') {
      const detail = `does not answer (${error ?? 'unknown'})`;
      return { ...place, status: is_needed ? 'broken' : 'warning', detail, fix };
    }
    const detail = `${latency_ms} ms${behind ? `, ${counted(behind, 'commit')} behind` : ''}`;
    if ((behind ?? 0) <= MOST_BEHIND) return { ...place, status: 'ok', detail, fix: null };
    const late =
      'Wait for the publisher; where it does not catch up, the log of the worker says why.';
    return { ...place, status: 'warning', detail, fix: late };
  });
}

/** The credentials of providers as the last discovery met them, and what they may not list. */
async function checkInventory(api: ApiClient): Promise<Finding[]> {
  try {
    const { items } = await api.call('GET /discoveries', { query: { limit: 1 } });
    const { token } = api.settings;
    const by = token ? `as the token of ${token.from}` : 'without a token, on this machine';
    const [run] = items;
    return [
      { component: 'access', seen_by: 'here', status: 'ok', detail: by, fix: null },
      run
        ? {
            component: 'discovery',
            seen_by: 'discovery',
            status: run.status === 'failed' ? 'broken' : 'ok',
            detail: `${run.status.replaceAll('_', ' ')}, begun at ${run.started_at}`,
            fix: run.status === 'failed' ? `See cmdb runs show ${run.run_id}.` : null,
          }
        : {
            component: 'discovery',
            seen_by: 'discovery',
            status: 'warning',
            detail: 'nothing was discovered yet',
            fix: 'Run cmdb discover.',
          },
      ...(run?.errors ?? []).map(
        ({ provider, message }): Finding => ({
          component: provider ?? 'discovery',
          seen_by: 'discovery',
          status: 'broken',
          detail: message,
          fix: provider
            ? `Correct its credentials where the worker runs, and run cmdb doctor there.`
            : `See cmdb runs show ${run?.run_id}.`,
        }),
      ),
      ...(await checkCoverage(api)),
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [brokenBy(error, 'access')];
  }
}

const PAGE_SIZE = 1_000;
const MOST_PAGES = 20;
/** Permissions that are told of one by one; the rest is counted. */
const MOST_TOLD = 30;

async function checkCoverage(api: ApiClient): Promise<Finding[]> {
  const { summary } = await api.call('GET /coverage', { query: { limit: 1 } });
  const place = { component: 'coverage', seen_by: 'discovery' as const };
  const troubles = [
    [summary.failed, 'failed', 'cmdb coverage --state failed says why.'],
    [summary.partial, 'partial', 'cmdb coverage --state partial says why.'],
    [summary.held, 'held', 'So much was gone that a person decides: cmdb coverage shows it.'],
  ] as const;
  return [
    {
      ...place,
      status: 'ok',
      detail: `${summary.complete.toLocaleString('en')} of ${counted(summary.slices, 'slice')} complete`,
      fix: null,
    },
    ...troubles
      .filter(([count]) => count > 0)
      .map(([count, what, fix]): Finding => {
        return { ...place, status: 'warning', detail: `${counted(count, 'slice')} ${what}`, fix };
      }),
    ...(summary.denied > 0 ? deniedFindings(await deniedSlices(api)) : []),
  ];
}

async function deniedSlices(api: ApiClient): Promise<Slice[]> {
  const slices: Slice[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const place: { cursor?: string } = cursor === null ? {} : { cursor };
    const query = { state: 'denied' as const, limit: PAGE_SIZE, ...place };
    const answer: AnswerOf<'GET /coverage'> = await api.call('GET /coverage', { query });
    slices.push(...answer.items);
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return slices;
}

/** One for each permission of a provider, with what it hides; the one that hides most first. */
function deniedFindings(slices: readonly Slice[]): Finding[] {
  const groups = Map.groupBy(slices, ({ provider, missing_permission }) =>
    JSON.stringify([provider, missing_permission]),
  );
  const sorted = [...groups.values()].sort((one, other) => other.length - one.length);
  const told = sorted.slice(0, MOST_TOLD).flatMap((group): Finding[] => {
    const [first] = group;
    if (!first) return [];
    const types = [...new Set(group.map(({ resource_type }) => resource_type))].join(', ');
    const permission = first.missing_permission;
    return [
      {
        component: first.provider,
        seen_by: 'discovery',
        status: 'warning',
        detail: `${counted(group.length, 'slice')} denied: ${types}`,
        fix: permission
          ? `Grant ${permission} in ${accountsText(group)}.`
          : `cmdb coverage --state denied --provider ${first.provider} says why.`,
      },
    ];
  });
  if (sorted.length <= MOST_TOLD) return told;
  const detail = `${sorted.length - MOST_TOLD} more permissions are missing`;
  const fix = 'cmdb coverage --state denied --csv lists all.';
  return [...told, { component: 'coverage', seen_by: 'discovery', status: 'warning', detail, fix }];
}

function accountsText(slices: readonly Slice[]): string {
  const accounts = [...new Set(slices.map(({ account }) => account))];
  return accounts.length <= 3 ? accounts.join(', ') : `${accounts.length} accounts`;
}
