import { createCollectSlice } from './collect-slice.ts';
import type { ActivityDeps } from './deps.ts';
import { createFinishRun } from './finish-run.ts';
import { createJoinDiscovery } from './join-discovery.ts';
import { createListPlannedScopes } from './list-planned-scopes.ts';
import { createPlanRun } from './plan-run.ts';
import { createPromoteScope } from './promote-scope.ts';
import { createPublishChanges } from './publish-changes.ts';
import { createRelateChanges } from './relate-changes.ts';
import { createDeliverWebhook } from './webhooks/deliver-webhook.ts';

/** The activities, in the order of the data's way: plan, collect, promote, relate, publish. */
export function createActivities(deps: ActivityDeps) {
  return {
    planRun: createPlanRun(deps),
    listPlannedScopes: createListPlannedScopes(deps),
    collectSlice: createCollectSlice(deps),
    promoteScope: createPromoteScope(deps),
    relateChanges: createRelateChanges(deps),
    publishChanges: createPublishChanges(deps),
    joinDiscovery: createJoinDiscovery(deps),
    finishRun: createFinishRun(deps),
    deliverWebhook: createDeliverWebhook(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
