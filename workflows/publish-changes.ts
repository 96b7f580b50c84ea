import { continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { bulk, publishPatiently } from './activity-options.ts';
import { publishSignal } from './messages.ts';

/**
 * Brings relationships, graph and cache up to the last commit, again and again until nobody has
 * asked since it began to: what a person writes shows in the graph within seconds, without a
 * discovery. It is started by the signal that asks. One that comes when it is about to end is not
 * lost: the server refuses the end of a workflow that has a signal to read.
 */
export async function publishChanges(): Promise<void> {
  let isAsked = true;
  setHandler(publishSignal, () => {
    isAsked = true;
  });
  while (isAsked) {
    isAsked = false;
    await bulk.relateChanges({ run_id: null });
    await publishPatiently.publishChanges();
    if (isAsked && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof publishChanges>();
    }
  }
}
