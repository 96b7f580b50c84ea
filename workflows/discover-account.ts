import {
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import pLimit from 'p-limit';
import type { Activities } from '../activities/index.ts';
import type { ProviderName } from '../model/enums.ts';
import type { RunError } from '../model/scope.ts';
import { bulk, collector, publish, store } from './activity-options.ts';
import { type FailureNote, noteOf } from './failures.ts';
import { followUp } from './follow-up.ts';
import { pauseSignal, resumeSignal } from './messages.ts';

export interface DiscoverAccountInput {
  run_id: string;
  provider: ProviderName;
  account: string;
  /** Carried over when the history has grown long. */
  after_scope_id?: string | null;
  errors?: RunError[];
  paused?: boolean;
}

type Scope = Awaited<ReturnType<Activities['listPlannedScopes']>>['scopes'][number];

type SliceBatch = Scope['batches'][number];
/** A scope as release 0.1 planned it: the histories of runs that began with it have it. */
type ScopeOf01 = Omit<Scope, 'batches'> & { slices: SliceBatch };

/** Activities that list, in flight at once; Temporal recommends no more than 500 pending ones. */
const COLLECT_WINDOW = 100;

/** Fewer changes than this wait for the end: an activity of their own would cost more than them. */
const WORTH_PUBLISHING_EARLY = 1_000;

/** A run's record names the first failures; that many say what is wrong. */
const MAX_ERRORS = 50;

/**
 * Discovers one account or cluster: lists its slices in a window, promotes each scope as soon as
 * its slices have ended, then relates and publishes. What fails is noted; the rest goes on.
 *
 * A scope that brought much is related and published while others are still listed, since the stores
 * would have nothing to do meanwhile. The last word is had at the end, whatever came of that.
 */
export async function discoverAccount(input: DiscoverAccountInput): Promise<RunError[]> {
  const { run_id, provider, account } = input;
  const errors = [...(input.errors ?? [])];
  let paused = input.paused ?? false;
  setHandler(pauseSignal, () => {
    paused = true;
  });
  setHandler(resumeSignal, () => {
    paused = false;
  });
  const window = pLimit(COLLECT_WINDOW);
  const relating = followUp(() => bulk.relateChanges({ run_id }));
  const publishing = followUp(() => publish.publishChanges());
  const note = (failure: FailureNote) => {
    if (errors.length < MAX_ERRORS) errors.push({ ...failure, provider, account });
  };

  let after = input.after_scope_id ?? null;
  do {
    const page = await store.listPlannedScopes({
      run_id,
      provider,
      account,
      after_scope_id: after,
    });
    await Promise.all(page.scopes.map((scope) => discoverScope(scope)));
    after = page.next_after_scope_id;
    if (after !== null && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof discoverAccount>({
        ...input,
        after_scope_id: after,
        errors,
        paused,
      });
    }
  } while (after !== null);

  // What is promoted can be published while the rest is related.
  await Promise.all([
    noting(async () => {
      await relating.settled();
      await bulk.relateChanges({ run_id });
    }, 'not_related'),
    publishing.settled(),
  ]);
  await noting(() => publish.publishChanges(), 'graph_not_updated');
  return errors;

  async function discoverScope(scope: Scope): Promise<void> {
    const lost: Array<{ slice_id: string } & FailureNote> = [];
    await Promise.all(
      listings(scope).map(({ slices, list }) =>
        window(async () => {
          await condition(() => !paused);
          try {
            await list(run_id);
          } catch (error) {
            if (isCancellation(error)) throw error;
            const failure = noteOf(error);
            lost.push(...slices.map(({ slice_id }) => ({ slice_id, ...failure })));
          }
        }),
      ),
    );
    await noting(async () => {
      const { scope_id } = scope;
      const counts = await bulk.promoteScope({ run_id, scope_id, lost_slices: lost });
      const { added, changed, missing, retired, resurrected } = counts;
      if (added + changed + missing + retired + resurrected < WORTH_PUBLISHING_EARLY) return;
      publishing.request();
      relating.request(() => publishing.request());
    }, 'not_promoted');
  }

  async function noting(step: () => Promise<unknown>, code: string): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const cause = noteOf(error);
      note({ code: cause.code === 'error' ? code : cause.code, message: cause.message });
    }
  }
}

/** How the slices of a scope are listed, an activity for each batch; release 0.1 had one for each slice. */
function listings({ task_queue, region, ...planned }: Scope | ScopeOf01) {
  const isOf01 = 'slices' in planned;
  const batches = isOf01 ? planned.slices.map((slice) => [slice]) : planned.batches;
  return batches.map((slices) => ({
    slices,
    async list(run_id: string): Promise<void> {
      const { collectSlice, collectSlices } = collector(task_queue, summary(region, slices));
      const slice_ids = slices.map(({ slice_id }) => slice_id);
      const [slice_id = ''] = slice_ids;
      await (isOf01 ? collectSlice({ run_id, slice_id }) : collectSlices({ run_id, slice_ids }));
    },
  }));
}

/** For the Temporal UI, which shows one line. */
function summary(region: string, [first, ...others]: SliceBatch): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${region} ${first?.resource_type}${more}`;
}
