import type { RunDetail, Slice } from './run-columns.ts';

/** Where a person sees how far a discovery is. */
export interface ProgressView {
  show(run: RunDetail): void;
  /** Takes away what is rewritten; what was written stays. */
  close(): void;
}

/** How far one provider is. */
export interface ProviderProgress {
  provider: string;
  total: number;
  done: number;
  items: number;
}

/** The slices of a run by provider, in the order of the run. */
export function byProvider(run: RunDetail): ProviderProgress[] {
  const providers = new Map<string, ProviderProgress>();
  for (const { provider, state, items } of run.slices) {
    const known = providers.get(provider) ?? { provider, total: 0, done: 0, items: 0 };
    const isDone = state !== 'planned' && state !== 'collecting';
    providers.set(provider, {
      provider,
      total: known.total + 1,
      done: known.done + (isDone ? 1 : 0),
      items: known.items + items,
    });
  }
  return [...providers.values()];
}

/** What a person calls a slice. */
export function sliceName({ account, account_name, region, resource_type }: Slice): string {
  return `${account_name ?? account} ${region} ${resource_type}`;
}

/** Whether a slice ended so that something is to be done. */
export function isInTrouble({ state, held, rejected }: Slice): boolean {
  return state === 'denied' || state === 'failed' || state === 'partial' || held || rejected > 0;
}

/** Which state a run is in, for people. */
export function phaseOf({ status, progress }: RunDetail): string {
  if (status !== 'running') return status.replaceAll('_', ' ');
  if (progress.paused) return 'paused';
  if (progress.phase === 'finished') return 'publishing';
  return progress.slices_total === 0 ? 'planning' : 'discovering';
}
