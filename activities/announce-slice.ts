import { channel } from 'node:diagnostics_channel';
import type { ProviderName } from '../model/enums.ts';
import type { SliceOutcome } from '../model/scope.ts';

/** An attempt at listing a slice that has ended. */
export interface SliceAttempt {
  provider: ProviderName;
  resource_type: string;
  /** `retried`: it failed, and another attempt follows. */
  outcome: SliceOutcome | 'retried';
  duration_ms: number;
}

/** A page that is staged. */
export interface StagedPage {
  provider: ProviderName;
  records: number;
  rejected: number;
}

const attempts = channel('cmdb:slice-attempt');
const pages = channel('cmdb:staged-page');

export function announceAttempt(attempt: SliceAttempt): void {
  attempts.publish(attempt);
}

export function announcePage(page: StagedPage): void {
  pages.publish(page);
}

/**
 * Listens to what is listed in this process.
 *
 * @returns stops it
 */
export function onListing(listeners: {
  attempt: (attempt: SliceAttempt) => void;
  page: (page: StagedPage) => void;
}): () => void {
  const hearAttempt = (message: unknown) => listeners.attempt(message as SliceAttempt);
  const hearPage = (message: unknown) => listeners.page(message as StagedPage);
  attempts.subscribe(hearAttempt);
  pages.subscribe(hearPage);
  return () => {
    attempts.unsubscribe(hearAttempt);
    pages.unsubscribe(hearPage);
  };
}
