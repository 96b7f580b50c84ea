import pLimit from 'p-limit';
import type { PlannedScope, PlanProblem, ScopePlan } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import { IDENTITY_PERMISSION, type KubernetesAccess } from './access.ts';
import { toKubernetesFault } from './errors.ts';

const CONTEXTS_AT_ONCE = 10;

/**
 * Finds the clusters, each once however many contexts lead to it, under the first one's name. A
 * context that leads nowhere is a problem of its own and stops no other.
 */
export async function planKubernetesScopes(
  access: KubernetesAccess,
  signal: AbortSignal,
): Promise<ScopePlan> {
  if (!access.isConfigured()) return { scopes: [], problems: [] };
  const problems: PlanProblem[] = [];
  const note = (what: string, error: unknown): void => {
    const { code, message, missing_permission } = toKubernetesFault(error, [IDENTITY_PERMISSION]);
    const hint = missing_permission === null ? '' : ` Missing permission: ${missing_permission}.`;
    problems.push(problem(code, `${what}: ${message}${hint}`));
  };

  let wanted: ReturnType<KubernetesAccess['wantedContexts']>;
  try {
    wanted = access.wantedContexts();
  } catch (error) {
    note('The clusters cannot be found', error);
    return { scopes: [], problems };
  }
  for (const name of wanted.unknown) {
    problems.push(problem('unknown_context', `The kubeconfig has no context "${name}".`));
  }
  if (wanted.contexts.length === 0 && problems.length === 0) {
    problems.push(problem('no_kubeconfig', 'There is no kubeconfig with a context, and no pod.'));
  }

  const limit = pLimit(CONTEXTS_AT_ONCE);
  const entered = await limit.map(wanted.contexts, async (context) => {
    try {
      const { client, cluster_uid } = await access.enter(context, signal);
      await client.close();
      return [{ name: context.name, cluster_uid }];
    } catch (error) {
      signal.throwIfAborted();
      note(`The cluster of context "${context.name}" cannot be identified`, error);
      return [];
    }
  });
  const scopes = new Map<string, PlannedScope>();
  for (const { name, cluster_uid } of entered.flat()) {
    if (scopes.has(cluster_uid)) continue;
    scopes.set(cluster_uid, {
      provider: 'kubernetes',
      account: cluster_uid,
      account_name: name,
      region: GLOBAL_REGION,
      level: 'account',
      task_queue: null,
    });
  }
  return { scopes: [...scopes.values()], problems };
}

function problem(code: string, message: string): PlanProblem {
  return { code, message, provider: 'kubernetes', account: null };
}
