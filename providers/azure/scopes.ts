import type { Subscription } from '@azure/arm-resources-subscriptions';
import pLimit from 'p-limit';
import type { PlannedScope, PlanProblem, ScopePlan } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import type { AzureAccess } from './access.ts';
import { toAzureFault } from './errors.ts';
import { listAllPages } from './paging.ts';
import { withSignal } from './policies.ts';

/** What all subscriptions are listed with, and each is read with. */
export const PLAN_PERMISSION = 'Microsoft.Resources/subscriptions/read';
const SUBSCRIPTIONS_AT_ONCE = 10;

/**
 * Finds the subscriptions that can be scanned: all that the credentials reach, or those configured.
 * Everything is listed once a subscription, whatever its region. A subscription that cannot be read
 * is a problem of the plan.
 */
export async function planAzureScopes(
  access: AzureAccess,
  signal: AbortSignal,
): Promise<ScopePlan> {
  const plan: ScopePlan = { scopes: [], problems: [] };
  if (!(await access.isConfigured(signal))) return plan;
  const { subscriptions: wanted } = access.settings;
  const { subscriptions } = await (await access.client()).subscriptions();

  if (wanted === undefined) {
    const what = 'The Azure subscriptions cannot be listed';
    const all = await attempt(plan.problems, signal, { what, account: null }, () =>
      listAllPages(subscriptions.list(), signal),
    );
    plan.scopes = (all ?? []).flatMap(scopeOf);
    return plan;
  }
  const limit = pLimit(SUBSCRIPTIONS_AT_ONCE);
  const ids = [...new Set(wanted.map((id) => id.toLowerCase()))];
  const read = await limit.map(ids, (account) => {
    const what = `The Azure subscription ${account} cannot be read`;
    return attempt(plan.problems, signal, { what, account }, () =>
      withSignal(signal, () => subscriptions.get(account)),
    );
  });
  plan.scopes = read.flatMap((subscription) => (subscription ? scopeOf(subscription) : []));
  return plan;
}

/** A disabled subscription can still be read; a deleted one holds nothing any more. */
function scopeOf({ subscriptionId, displayName, state }: Subscription): PlannedScope[] {
  if (!subscriptionId || state === 'Deleted') return [];
  return [
    {
      provider: 'azure',
      account: subscriptionId.toLowerCase(),
      account_name: displayName || null,
      region: GLOBAL_REGION,
      level: 'account',
      task_queue: null,
    },
  ];
}

/** Does a part of the plan; its failure is a problem, unless everything is being cancelled. */
async function attempt<T>(
  problems: PlanProblem[],
  signal: AbortSignal,
  { what, account }: { what: string; account: string | null },
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = toAzureFault(error, [PLAN_PERMISSION]);
    const hint =
      fault.missing_permission === null ? '' : ` Missing permission: ${fault.missing_permission}.`;
    const message = `${what}: ${fault.message}${hint}`;
    problems.push({ code: fault.code, message, provider: 'azure', account });
    return null;
  }
}
