import type { RunStatus, SliceState } from '../../model/scope.ts';
import type { AnswerOf } from '../client/routes.ts';
import type { Colour, Column } from '../output/column.ts';
import { requestText } from './request-options.ts';

export type Run = AnswerOf<'GET /discoveries'>['items'][number];
export type RunDetail = AnswerOf<'GET /discoveries/{id}'>;
export type Slice = RunDetail['slices'][number];

export const RUN_COLOURS: Readonly<Record<RunStatus, Colour>> = {
  running: 'cyan',
  completed: 'green',
  completed_with_errors: 'yellow',
  failed: 'red',
  cancelled: 'yellow',
};

const SLICE_COLOURS: Readonly<Record<SliceState, Colour | null>> = {
  planned: 'gray',
  collecting: 'cyan',
  complete: null,
  partial: 'yellow',
  denied: 'red',
  failed: 'red',
};

export const RUN_COLUMNS: ReadonlyArray<Column<Run>> = [
  { name: 'started_at', value: (run) => run.started_at },
  { name: 'finished_at', value: (run) => run.finished_at, csv_only: true },
  { name: 'took', value: (run) => duration(run) },
  { name: 'status', value: (run) => run.status, colour: (run) => RUN_COLOURS[run.status] },
  { name: 'slices_done', value: (run) => run.progress.slices_done, align: 'right' },
  { name: 'slices_total', value: (run) => run.progress.slices_total, align: 'right' },
  { name: 'errors', value: (run) => run.errors.length, align: 'right' },
  { name: 'request', value: (run) => run.request && requestText(run.request), gives: true },
  { name: 'workflow_id', value: (run) => run.workflow_id, csv_only: true },
  { name: 'run_id', value: (run) => run.run_id, colour: () => 'dim' },
];

export const SLICE_COLUMNS: ReadonlyArray<Column<Slice>> = [
  { name: 'state', value: (slice) => slice.state, colour: (slice) => SLICE_COLOURS[slice.state] },
  { name: 'provider', value: (slice) => slice.provider },
  { name: 'account', value: (slice) => slice.account, gives: true },
  { name: 'account_name', value: (slice) => slice.account_name, csv_only: true },
  { name: 'region', value: (slice) => slice.region },
  { name: 'resource_type', value: (slice) => slice.resource_type },
  { name: 'items', value: (slice) => slice.items, align: 'right' },
  ...(['pages', 'rejected'] as const).map((name) => countColumn(name, true)),
  ...(['added', 'changed', 'missing', 'retired'] as const).map((name) => countColumn(name, false)),
  countColumn('resurrected', true),
  { name: 'held', value: (slice) => slice.held, csv_only: true },
  { name: 'error_code', value: (slice) => slice.error_code, csv_only: true },
  { name: 'missing_permission', value: (slice) => slice.missing_permission, csv_only: true },
  { name: 'trouble', value: (slice) => troubleOf(slice), gives: true },
  { name: 'started_at', value: (slice) => slice.started_at, csv_only: true },
  { name: 'finished_at', value: (slice) => slice.finished_at, csv_only: true },
  { name: 'slice_id', value: (slice) => slice.slice_id, csv_only: true },
];

function countColumn(
  name: 'pages' | 'rejected' | 'added' | 'changed' | 'missing' | 'retired' | 'resurrected',
  csvOnly: boolean,
): Column<Slice> {
  return { name, value: (slice) => slice[name], align: 'right', csv_only: csvOnly };
}

/** What is wrong with a slice, and what to grant where that is known; null where nothing is. */
export function troubleOf(slice: Slice): string | null {
  if (slice.missing_permission) return `grant ${slice.missing_permission}`;
  if (slice.error_message) return slice.error_message;
  if (slice.held) return 'so much was gone that nothing was retired';
  if (slice.rejected > 0) return `${slice.rejected} records could not be read`;
  return null;
}

/** How long a run took, or has been taking. */
export function duration(run: Pick<Run, 'started_at' | 'finished_at'>): string {
  const end = run.finished_at ? Date.parse(run.finished_at) : Date.now();
  const seconds = Math.max(0, Math.round((end - Date.parse(run.started_at)) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
