import { createCollectSlices } from './collect-slices.ts';
import type { ActivityDeps } from './deps.ts';
import { createFinishRun } from './finish-run.ts';
import { createJoinDiscovery } from './join-discovery.ts';
import { createListPlannedScopes } from './list-planned-scopes.ts';
import { createPlanRun } from './plan-run.ts';
import { createPromoteScope } from './promote-scope.ts';
import { createPruneHistory } from './prune-history.ts';
import { createPublishChanges } from './publish-changes.ts';
import { createRelateChanges } from './relate-changes.ts';
import { createDeliverWebhook } from './webhooks/deliver-webhook.ts';

/** The activities, in the order of the data's way: plan, collect, promote, relate, publish. */
export function createActivities(deps: ActivityDeps) {
  const collectSlices = createCollectSlices(deps);
  return {
    planRun: createPlanRun(deps),
    listPlannedScopes: createListPlannedScopes(deps),
    collectSlices,
    collectSlice: oneByOne(collectSlices),
    promoteScope: createPromoteScope(deps),
    relateChanges: createRelateChanges(deps),
    publishChanges: createPublishChanges(deps),
    joinDiscovery: createJoinDiscovery(deps),
    finishRun: createFinishRun(deps),
    pruneHistory: createPruneHistory(deps),
    deliverWebhook: createDeliverWebhook(deps),
  };
}

/** What workflows that began with release 0.1 ask for. */
function oneByOne(collectSlices: ReturnType<typeof createCollectSlices>) {
  return ({ run_id, slice_id }: { run_id: string; slice_id: string }): Promise<void> =>
    collectSlices({ run_id, slice_ids: [slice_id] });
}

export type Activities = ReturnType<typeof createActivities>;
