import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import pLimit from 'p-limit';
import type { RunPlan } from '../activities/plan-run.ts';
import type { DiscoveryProgress } from '../model/discovery-workflow.ts';
import type { DiscoveryRequest, RunStatus } from '../model/scope.ts';
import { planning, store, waiting } from './activity-options.ts';
import { discoverAccount } from './discover-account.ts';
import { errorsOfRun, noteOf } from './failures.ts';
import { pauseSignal, progressQuery, resumeSignal } from './messages.ts';

export interface DiscoveryResult {
  run_id: string;
  status: RunStatus;
}

/** Accounts at once. Their slices share the workers, so more would only queue. */
const ACCOUNT_WINDOW = 50;

type Account = RunPlan['accounts'][number];

/**
 * One discovery: plans it, discovers each account in a child of its own, and says how it ended.
 *
 * The parent never continues as new – children would not survive it – so its history is bounded
 * by the number of accounts. An account that another run discovers just now is joined.
 */
export async function discoverInfrastructure(request: DiscoveryRequest): Promise<DiscoveryResult> {
  const { firstExecutionRunId: run_id, workflowId: workflow_id } = workflowInfo();
  const progress: DiscoveryProgress = {
    phase: 'planning',
    paused: false,
    accounts_total: 0,
    accounts_done: 0,
  };
  const running = new Set<string>();
  setHandler(progressQuery, () => progress);
  setHandler(pauseSignal, () => setPaused(true));
  setHandler(resumeSignal, () => setPaused(false));

  try {
    const plan = await planning.planRun({ run_id, workflow_id, request });
    progress.phase = 'discovering';
    progress.accounts_total = plan.accounts.length;
    const window = pLimit(ACCOUNT_WINDOW);
    const errors = await Promise.all(
      plan.accounts.map((account) => window(() => discoverOne(account))),
    );
    const status = await store.finishRun({
      run_id,
      outcome: 'finished',
      errors: errorsOfRun(errors),
    });
    progress.phase = 'finished';
    return { run_id, status };
  } catch (error) {
    await CancellationScope.nonCancellable(() =>
      store.finishRun({
        run_id,
        outcome: isCancellation(error) ? 'cancelled' : 'failed',
        errors: isCancellation(error) ? [] : [{ ...noteOf(error), provider: null, account: null }],
      }),
    );
    throw error;
  }

  async function discoverOne({ provider, account, workflow_id: workflowId }: Account) {
    running.add(workflowId);
    try {
      return await executeChild(discoverAccount, {
        workflowId,
        // Tells a run that joins this child whose outcomes it takes over.
        memo: { run_id },
        args: [{ run_id, provider, account, paused: progress.paused }],
      });
    } catch (error) {
      // A child can be cancelled alone, too: that ends its account and no other.
      if (CancellationScope.current().consideredCancelled) throw error;
      if (error instanceof WorkflowExecutionAlreadyStartedError) {
        // It is another run's: what is said to this one is not said to it.
        running.delete(workflowId);
        return await waiting.joinDiscovery({ run_id, provider, account, workflow_id: workflowId });
      }
      const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
      return [{ ...noteOf(cause), provider, account }];
    } finally {
      running.delete(workflowId);
      progress.accounts_done += 1;
    }
  }

  async function setPaused(paused: boolean): Promise<void> {
    progress.paused = paused;
    const signal = paused ? pauseSignal : resumeSignal;
    await Promise.allSettled(
      [...running].map((id) => getExternalWorkflowHandle(id).signal(signal)),
    );
  }
}
