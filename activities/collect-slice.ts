import { ApplicationFailure, activityInfo, cancellationSignal } from '@temporalio/activity';
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
import type { AnyResourceType } from '../model/resource-type.ts';
import { announceAttempt, announcePage, type SliceAttempt } from './announce-slice.ts';
import type { ActivityDeps } from './deps.ts';
import { failureOf, finalOutcome, repeatedToken, SourceError, translated } from './source-error.ts';
import { stageRecords } from './stage-records.ts';

/** How often an attempt begins its listing again when page tokens expire in the middle of it. */
const MAX_RESTARTS = 3;

/**
 * Pages that a worker lists or stages at once, whatever the number of slices. It is what bounds the
 * worker's memory: a page of 500 instances is some 10 MB while it is read.
 */
const PAGES_IN_MEMORY = 12;

/** The first page of a slice that had so few items is small; many of those may be waited for at once. */
const FEW_ITEMS = 100;
const SMALL_PAGES_IN_MEMORY = 32;

/** Where a listing stands. */
export interface Progress {
  /** Which listing it is: one that began again has forgotten the pages before. */
  listing: number;
  /** Null at the start and, with `is_listed`, at the end. */
  page_token: string | null;
  is_listed: boolean;
  pages: number;
  /** Why the listing is not everything there is; null while nothing speaks against it. */
  incomplete_reason: string | null;
}

/** A slice, and how its listing goes on from one attempt to the next. */
export interface SliceToCollect {
  run_id: string;
  slice_id: string;
  /** Where the attempt before this one stood; null where nobody has told. */
  heard: Progress | null;
  /** Told of where the listing stands, at once wherever a later attempt would go on. */
  tell(progress: Progress): void;
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
  const { db, registry, sources, mappingRelease, logger } = deps;
  const pagesInMemory = pLimit(PAGES_IN_MEMORY);
  const smallPagesInMemory = pLimit(SMALL_PAGES_IN_MEMORY);
  const defaultEnvironment = sources.discovery.default_environment;
  const ownership = ownershipReader(sources.ownership);

  return async (slice: SliceToCollect): Promise<void> => {
    const { run_id, slice_id } = slice;
    const scan = await openSliceScan(db, run_id, slice_id);
    if (!scan) return;
    const { provider, type } = declarationOf(scan, registry);
    const began = performance.now();
    const announce = (outcome: SliceAttempt['outcome']) => {
      const duration_ms = performance.now() - began;
      const attempt = { provider: provider.name, resource_type: type.name, outcome, duration_ms };
      announceAttempt(attempt);
      logger.debug({ run_id, slice_id, ...attempt }, 'listed');
    };
    try {
      const { incomplete_reason, listing } = await listPages(slice, { scan, provider, type });
      const end: SliceEnd = {
        outcome: incomplete_reason === null ? 'complete' : 'partial',
        error_code: incomplete_reason === null ? null : 'incomplete_listing',
        error_message: incomplete_reason,
        missing_permission: null,
      };
      await closeSliceScan(db, run_id, slice_id, end, listing);
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
      await recordFault(deps, run_id, slice_id, error.fault);
      throw failureOf(error, deps.collectRetryMs(activityInfo().attempt));
    }
  };

  async function listPages(
    { run_id, slice_id, heard, tell }: SliceToCollect,
    { scan, provider, type }: { scan: SliceScan; provider: Provider; type: AnyResourceType },
  ): Promise<Progress> {
    const signal = cancellationSignal();
    const progress = heard ?? atStart(scan.listing);
    const fromSource = <T>(call: Promise<T>) => translated(call, provider, type, signal);
    const mapping = { type, scope: scan, defaultEnvironment, ownership, release: mappingRelease };
    const beginAgain = async (listing: number): Promise<void> => {
      const next = await beginListingAgain(db, run_id, { slice_id, listing });
      Object.assign(progress, atStart(next));
      logger.info({ run_id, slice_id, listing: next }, 'listing again');
      tell(progress);
    };
    // The heartbeat that would have told of the new beginning was lost with its attempt.
    if (progress.listing !== scan.listing) await beginAgain(scan.listing);
    let restarts = 0;
    const client = await fromSource(provider.connect(scan, sources));
    const isSmall = scan.last_item_count !== null && scan.last_item_count <= FEW_ITEMS;
    const nextPage = () => {
      const inMemory = isSmall && progress.pages === 0 ? smallPagesInMemory : pagesInMemory;
      return inMemory(async () => {
        const page = await fromSource(type.listPage(client, progress.page_token, signal));
        const place = { run_id, slice_id, listing: progress.listing, page: progress.pages };
        return { page, ...(await stageRecords(db, page.records, mapping, place)) };
      });
    };
    try {
      while (!progress.is_listed) await listNext();
    } finally {
      await provider.disconnect(client);
    }
    return progress;

    async function listNext(): Promise<void> {
      let listed: Awaited<ReturnType<typeof nextPage>>;
      try {
        listed = await nextPage();
      } catch (error) {
        const isExpired = error instanceof SourceError && error.fault.kind === 'expired';
        if (!isExpired || progress.page_token === null || restarts === MAX_RESTARTS) throw error;
        restarts += 1;
        await beginAgain(progress.listing);
        return;
      }
      const { page, rejected, has_unidentified } = listed;
      announcePage({ provider: provider.name, records: page.records.length, rejected });
      if (rejected > 0) {
        logger.warn({ run_id, slice_id, resource_type: type.name, rejected }, 'records rejected');
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
      if (!progress.is_listed) tell(progress);
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
