import type { Db } from '../postgres/database.ts';
import type { Graph } from './graph.ts';

/** Items, or relationships. */
export type ProjectedKind = 'nodes' | 'edges';

/** A value as either store gives it; what JSON has no word for as text. */
export type ProjectedValue = string | number | boolean | null;

/** One thing that both stores hold, in a form in which equal is equal. */
export interface Projected {
  /** Where it stands in the order in which both stores are read. */
  place: string;
  /** `ci_id` or `relationship_id`; empty where the graph has none. */
  id: string;
  /** The resource type, or the type of the relationship. */
  type: string;
  /** In the order of the kind's `fields`. */
  values: readonly ProjectedValue[];
}

/** As Postgres has it: what the graph should hold. */
export interface InStore<Row> extends Projected {
  row: Row;
}

/** As Neo4j has it. */
export interface InGraph extends Projected {
  /** What the server itself knows it by, which tells two copies apart. */
  element_id: string;
}

/** How things of one kind are read from both stores, in one order, and how the graph is mended. */
export interface Projection<Row> {
  kind: ProjectedKind;
  fields: readonly string[];
  storePage(db: Db, after: InStore<Row> | null, limit: number): Promise<Array<InStore<Row>>>;
  storeAt(db: Db, things: readonly Projected[]): Promise<Array<InStore<Row>>>;
  /** By id: the last commit that changed it; those that are not known there are left out. */
  changedAt(db: Db, things: readonly Projected[]): Promise<Map<string, number>>;
  graphPage(graph: Graph, after: InGraph | null, limit: number): Promise<InGraph[]>;
  graphAt(graph: Graph, things: readonly Projected[]): Promise<InGraph[]>;
  /** Makes the graph hold these, whatever it holds in their place. */
  write(graph: Graph, rows: readonly Row[]): Promise<void>;
  remove(graph: Graph, things: readonly InGraph[]): Promise<void>;
}

/** Pages are read within this; those of a graph that does other things, too. */
export const PAGE_TIMEOUT_MS = 60_000;

/**
 * A time of either store as milliseconds, since Neo4j writes as many digits of a second as there
 * are; what is no time as it is.
 */
export function timeValue(value: unknown): ProjectedValue {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) ? plainValue(value) : milliseconds;
}

export function plainValue(value: unknown): ProjectedValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object' || typeof value === 'bigint') return JSON.stringify(String(value));
  return value as string | number | boolean;
}

/** How many of the values a store that has no nulls keeps. */
export function countKept(values: readonly ProjectedValue[]): number {
  return values.filter((value) => value !== null).length;
}
