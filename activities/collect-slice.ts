import {
  ApplicationFailure,
  activityInfo,
  CancelledFailure,
  cancellationSignal,
  heartbeat,
} from '@temporalio/activity';
import pLimit from 'p-limit';
import {
  closeSliceScan,
  openSliceScan,
  type SliceEnd,
  type SliceScan,
} from '../db/postgres/slice-scan.ts';
import { beginListingAgain, SliceClosedError } from '../db/postgres/stage-page.ts';
import { ownershipReader } from '../model/ownership.ts';
import type { Provider, SourceFault } from '../model/provider.ts';
import { redactText } from '../model/redact-text.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import { COLLECT_MAX_ATTEMPTS } from '../model/retries.ts';
import { announceAttempt, announcePage, type SliceAttempt } from './announce-slice.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';
import { stageRecords } from './stage-records.ts';

export interface CollectSliceInput {
  run_id: string;
  slice_id: string;
}

/** How often an attempt begins its listing again when page tokens expire in the middle of it. */
const MAX_RESTARTS = 3;

/**
 * Pages that a worker lists or stages at once, whatever the number of slices. It is what bounds the
 * worker's memory: a page of 500 instances is some 10 MB while it is read.
 */
const PAGES_IN_MEMORY = 12;

/** Where a listing stands: carried by heartbeats, so that a later attempt goes on there. */
interface Progress {
  /** Which listing it is: one that began again has forgotten the pages before. */
  listing: number;
  /** Null at the start and, with `is_listed`, at the end. */
  page_token: string | null;
  is_listed: boolean;
  pages: number;
  /** Why the listing is not everything there is; null while nothing speaks against it. */
  incomplete_reason: string | null;
}

/**
 * Lists one slice page by page, stages each page, and records how the listing ended. A listing
 * whose page token expires begins again, and what was staged of it is forgotten.
 *
 * A fault of the source is recorded on the slice – denied at once, others when the last attempt
 * fails – and thrown, so that Temporal shows and retries it. Every other error is ours; it is
 * thrown as it is.
 */
export function createCollectSlice(deps: ActivityDeps) {
  const { db, registry, sources, mappingRelease } = deps;
  const pagesInMemory = pLimit(PAGES_IN_MEMORY);
  const defaultEnvironment = sources.discovery.default_environment;
  const ownership = ownershipReader(sources.ownership);
  return async ({ run_id, slice_id }: CollectSliceInput): Promise<void> => {
    const scan = await openSliceScan(db, run_id, slice_id);
    if (!scan) return;
    const { provider, type } = declarationOf(scan, registry);
    const began = performance.now();
    const announce = (outcome: SliceAttempt['outcome']) => {
      const duration_ms = performance.now() - began;
      const attempt = { provider: provider.name, resource_type: type.name, outcome, duration_ms };
      announceAttempt(attempt);
      deps.logger.debug({ run_id, slice_id, ...attempt }, 'listed');
    };
    const progress: Progress = activityInfo().heartbeatDetails ?? atStart(scan.listing);
    try {
      await beating(
        () => progress,
        () => listPages(deps, { run_id, scan, provider, type, progress }),
      );
      const end: SliceEnd = {
        outcome: progress.incomplete_reason === null ? 'complete' : 'partial',
        error_code: progress.incomplete_reason === null ? null : 'incomplete_listing',
        error_message: progress.incomplete_reason,
        missing_permission: null,
      };
      await closeSliceScan(db, run_id, slice_id, end, progress.listing);
      announce(end.outcome);
    } catch (error) {
      if (error instanceof SliceClosedError) {
        throw ApplicationFailure.create({
          message: error.message,
          type: error.code,
          nonRetryable: true,
        });
      }
      if (!(error instanceof SourceError)) {
        announce('retried');
        throw error;
      }
      announce(finalOutcome(error.fault) ?? 'retried');
      // The slice may be locked by a promotion, for longer than a heartbeat may stay away.
      await beating(
        () => progress,
        () => recordFault(deps, run_id, slice_id, error.fault),
      );
      throw failureOf(error, deps.collectRetryMs(activityInfo().attempt));
    }
  };

  async function listPages(
    { logger }: ActivityDeps,
    listing: {
      run_id: string;
      scan: SliceScan;
      provider: Provider;
      type: AnyResourceType;
      progress: Progress;
    },
  ): Promise<void> {
    const { run_id, scan, provider, type, progress } = listing;
    const signal = cancellationSignal();
    const fromSource = <T>(call: Promise<T>) => translated(call, provider, type, signal);
    const mapping = { type, scope: scan, defaultEnvironment, ownership, release: mappingRelease };
    const beginAgain = async (listing: number): Promise<void> => {
      const next = await beginListingAgain(db, run_id, { slice_id: scan.slice_id, listing });
      Object.assign(progress, atStart(next));
      logger.info({ run_id, slice_id: scan.slice_id, listing: next }, 'listing again');
      heartbeat(progress);
    };
    // The heartbeat that would have told of the new beginning was lost with its attempt.
    if (progress.listing !== scan.listing) await beginAgain(scan.listing);
    let restarts = 0;
    const client = await fromSource(provider.connect(scan, sources));
    const nextPage = () =>
      pagesInMemory(async () => {
        const page = await fromSource(type.listPage(client, progress.page_token, signal));
        const { listing, pages } = progress;
        const place = { run_id, slice_id: scan.slice_id, listing, page: pages };
        return { page, ...(await stageRecords(db, page.records, mapping, place)) };
      });
    try {
      while (!progress.is_listed) {
        let listed: Awaited<ReturnType<typeof nextPage>>;
        try {
          listed = await nextPage();
        } catch (error) {
          const isExpired = error instanceof SourceError && error.fault.kind === 'expired';
          if (!isExpired || progress.page_token === null || restarts === MAX_RESTARTS) throw error;
          restarts += 1;
          await beginAgain(progress.listing);
          continue;
        }
        const { page, rejected, has_unidentified } = listed;
        announcePage({ provider: provider.name, records: page.records.length, rejected });
        if (rejected > 0) {
          const log = { run_id, slice_id: scan.slice_id, resource_type: type.name };
          logger.warn({ ...log, rejected }, 'records rejected');
        }
        progress.incomplete_reason ??=
          page.incomplete_reason ??
          (has_unidentified ? 'A record without a readable id was rejected.' : null);
        if (page.next_page_token !== null && page.next_page_token === progress.page_token) {
          throw repeatedToken();
        }
        progress.page_token = page.next_page_token;
        progress.is_listed = page.next_page_token === null;
        progress.pages += 1;
        // Most slices are one page: a heartbeat of each would cost the server more than listing it.
        if (!progress.is_listed) heartbeat(progress);
      }
    } finally {
      await provider.disconnect(client);
    }
  }
}

function atStart(listing: number): Progress {
  return { listing, page_token: null, is_listed: false, pages: 0, incomplete_reason: null };
}

function declarationOf(scan: SliceScan, registry: ActivityDeps['registry']) {
  const registered = registry.get(scan.provider);
  const type = registered?.resourceTypes.get(scan.resource_type);
  if (!registered || !type) {
    throw ApplicationFailure.create({
      message: `This worker does not know ${scan.resource_type}; its release is older than the plan.`,
      type: 'unknown_resource_type',
    });
  }
  return { provider: registered.provider, type };
}

/** A fault of the source, on its way from the call to the edge of the activity. */
class SourceError extends Error {
  override name = 'SourceError';
  readonly fault: SourceFault;
  constructor(fault: SourceFault, cause: unknown) {
    super(fault.message, { cause });
    this.fault = fault;
  }
}

async function translated<T>(
  call: Promise<T>,
  provider: Provider,
  type: AnyResourceType,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (signal.aborted) throw new CancelledFailure('The listing was cancelled.');
    const fault = provider.toFault(error, type);
    // A source may repeat in its message what it was sent.
    throw new SourceError({ ...fault, message: redactText(fault.message) }, error);
  }
}

function repeatedToken(): SourceError {
  const message = 'The source gave the same page token twice; going on would never end.';
  return new SourceError(
    {
      kind: 'permanent',
      code: 'repeated_page_token',
      message,
      missing_permission: null,
      retry_after_ms: null,
    },
    undefined,
  );
}

/** @returns how the slice ends by this fault; null where another attempt follows */
function finalOutcome({ kind }: SourceFault): 'denied' | 'failed' | null {
  if (kind === 'denied') return 'denied';
  return kind === 'permanent' || activityInfo().attempt >= COLLECT_MAX_ATTEMPTS ? 'failed' : null;
}

async function recordFault(
  { db }: ActivityDeps,
  runId: string,
  sliceId: string,
  fault: SourceFault,
): Promise<void> {
  const outcome = finalOutcome(fault);
  if (!outcome) return;
  await closeSliceScan(db, runId, sliceId, {
    outcome,
    error_code: fault.code,
    error_message: fault.message,
    missing_permission: fault.missing_permission,
  });
}

/** The cause stays behind: an SDK's error can carry headers and requests, and histories are kept. */
function failureOf({ fault }: SourceError, retryMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: fault.message,
    type: fault.code,
    nonRetryable: fault.kind === 'denied' || fault.kind === 'permanent',
    nextRetryDelay: fault.retry_after_ms ?? retryMs,
  });
}
