import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { beginRun, type PlannedSlices } from '../db/postgres/begin-run.ts';
import { listHosts } from '../db/postgres/hosts.ts';
import { discoveryWorkflowId } from '../model/discovery-workflow.ts';
import { type ProviderName, providerSchema } from '../model/enums.ts';
import type { PlanContext, PlannedScope } from '../model/provider.ts';
import { redactText } from '../model/redact-text.ts';
import type { DiscoveryRequest, RunError } from '../model/scope.ts';
import type { RegisteredProvider } from '../providers/registry.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';
import { endLostRuns } from './end-lost-runs.ts';

export interface PlanRunInput {
  run_id: string;
  workflow_id: string;
  request: DiscoveryRequest;
}

/** The accounts to discover, each by a workflow of its own; the slices stay in the store. */
export interface RunPlan {
  accounts: Array<{ provider: ProviderName; account: string; workflow_id: string }>;
}

/**
 * Ends what runs were lost, finds the scopes to scan and writes the run with its slices.
 *
 * What cannot be planned – an account whose regions cannot be listed, a provider that this
 * release does not have – is an error of the run and stops nothing else.
 */
export function createPlanRun(deps: ActivityDeps) {
  const { db, registry, sources, logger } = deps;
  return (input: PlanRunInput): Promise<RunPlan> =>
    beating(
      () => null,
      () => plan(input),
    );

  async function plan({ run_id, workflow_id, request }: PlanRunInput): Promise<RunPlan> {
    const signal = cancellationSignal();
    const { taskQueue } = activityInfo();
    await sweep(run_id);
    const context: PlanContext = { sources, hosts: await listHosts(db), signal };
    const wanted = request.providers ?? [...registry.keys(), ...configuredProviders(sources)];
    const scopes: PlannedSlices[] = [];
    const errors: RunError[] = [];
    for (const name of new Set(wanted)) {
      const registered = registry.get(name);
      if (!registered) {
        errors.push(unavailable(name));
        continue;
      }
      try {
        const plan = await registered.provider.planScopes(context);
        errors.push(...plan.problems.map(withoutSecrets));
        scopes.push(...slicesOf(plan.scopes, registered, request));
      } catch (error) {
        if (signal.aborted) throw error;
        logger.error({ err: error, run_id, provider: name }, 'a provider could not be planned');
        errors.push(withoutSecrets(planFailed(name, error)));
      }
    }
    signal.throwIfAborted();
    if (scopes.length === 0 && errors.length === 0) errors.push(nothingToDo(request));
    await beginRun(db, { run_id, workflow_id, request, scopes, errors });
    const accounts = new Map(
      scopes.map(({ provider, account }) => {
        // The same for every run of this request: two runs at once meet in one child.
        const id = `${discoveryWorkflowId(request, taskQueue)}/${provider}/${account}`;
        return [id, { provider, account, workflow_id: id }];
      }),
    );
    logger.info({ run_id, scopes: scopes.length, accounts: accounts.size }, 'planned');
    return { accounts: [...accounts.values()] };
  }

  /** A run that cannot be ended now is ended at the next plan; it holds nothing up. */
  async function sweep(runId: string): Promise<void> {
    try {
      await endLostRuns(deps, runId);
    } catch (error) {
      logger.warn(
        { err: error, run_id: runId },
        'runs whose workflow is no more could not be looked for',
      );
    }
  }
}

function slicesOf(
  scopes: readonly PlannedScope[],
  registered: RegisteredProvider,
  request: DiscoveryRequest,
): PlannedSlices[] {
  const admits = (list: readonly string[] | undefined, value: string) =>
    list === undefined || list.includes(value);
  return scopes
    .filter(
      ({ account, region }) => admits(request.accounts, account) && admits(request.regions, region),
    )
    .map((scope) => ({
      ...scope,
      resource_types: [...registered.resourceTypes.values()]
        .filter((type) => type.level === scope.level && admits(request.resource_types, type.name))
        .map((type) => type.name),
    }))
    .filter((scope) => scope.resource_types.length > 0);
}

/**
 * Providers that the sources file names, whether this release has them or not. `host` has
 * defaults, so that its entry says nothing; what is declared is always asked for.
 */
function configuredProviders(sources: ActivityDeps['sources']): ProviderName[] {
  return providerSchema.options.filter(
    (name) => name !== 'host' && name !== 'declared' && sources[name] !== undefined,
  );
}

function unavailable(provider: ProviderName): RunError {
  return {
    code: 'provider_not_available',
    message: `This release cannot discover ${provider} yet; leave it out of the sources and the request.`,
    provider,
    account: null,
  };
}

function planFailed(provider: ProviderName, error: unknown): RunError {
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return {
    code: 'plan_failed',
    message: `The scopes of ${provider} cannot be found: ${reason}`,
    provider,
    account: null,
  };
}

/** A source may repeat in its message what it was sent. */
function withoutSecrets(error: RunError): RunError {
  return { ...error, message: redactText(error.message) };
}

function nothingToDo(request: DiscoveryRequest): RunError {
  const isNarrowed = Object.values(request).some((list) => list !== undefined);
  return {
    code: 'nothing_to_discover',
    message: isNarrowed
      ? 'No configured scope and resource type matches the request.'
      : 'No provider has anything to scan: no machine is registered and no account is configured.',
    provider: null,
    account: null,
  };
}
