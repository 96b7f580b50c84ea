import { sql } from 'kysely';
import type { ChangeEvent, ItemChange, RelationshipChange } from '../../../model/change-event.ts';
import type { Trx } from '../database.ts';
import type { EventHead } from './find-heads.ts';

type Version = Pick<ItemChange, 'changes' | 'changed_by'>;
type Edge = RelationshipChange['relationship'];

/** Reads what the events of these heads say, in their order: two statements for all of them. */
export async function loadEvents(trx: Trx, heads: readonly EventHead[]): Promise<ChangeEvent[]> {
  const versions = await readVersions(trx, heads);
  const edges = await readEdges(trx, heads);
  return heads.map((head): ChangeEvent => {
    const { type, seq, committed_at, run_id, id, items } = head;
    const [first, second] = items;
    const happened = { seq, timestamp: committed_at.toISOString(), run_id };
    const relationship = edges.get(`${id} ${seq}`);
    if (first && second && relationship) {
      return {
        type: type as RelationshipChange['type'],
        ...happened,
        relationship,
        source: first,
        target: second,
      };
    }
    if (!first) throw new Error(`The change of ${id} in commit ${seq} is of nothing.`);
    const { changed_by, changes } = versions.get(`${id} ${head.new_version}`) ?? NO_VERSION;
    return { type: type as ItemChange['type'], ...happened, changed_by, ci: first, changes };
  });
}

/** Of an item that went missing, or that was retired under a status that a person set. */
const NO_VERSION: Version = { changed_by: null, changes: {} };

async function readVersions(trx: Trx, heads: readonly EventHead[]): Promise<Map<string, Version>> {
  const made = heads.filter(({ new_version }) => new_version !== null);
  if (made.length === 0) return new Map();
  const { rows } = await sql<Version & { ci_id: string; version: number }>`
    select found.ci_id, found.version, found.changed_by,
      case when found.version = 1 then changed_fields('{}', found.body) else found.changes end
        as changes
    from unnest(
      ${made.map(({ id }) => id)}::uuid[], ${made.map((head) => head.new_version)}::int[]
    ) as wanted (ci_id, version)
    cross join lateral (
      select ci_id, version, body, changes, changed_by from items
      where items.ci_id = wanted.ci_id and items.version = wanted.version
      union all
      select ci_id, version, body, changes, changed_by from item_versions old
      where old.ci_id = wanted.ci_id and old.version = wanted.version
    ) found
  `.execute(trx);
  return new Map(rows.map(({ ci_id, version, ...rest }) => [`${ci_id} ${version}`, rest] as const));
}

/** Of a relationship that ended and began in one commit the new interval counts. */
async function readEdges(trx: Trx, heads: readonly EventHead[]): Promise<Map<string, Edge>> {
  const edges = heads.filter(({ kind }) => kind === 'relationship');
  if (edges.length === 0) return new Map();
  const { rows } = await sql<Edge & { seq: number }>`
    select distinct on (wanted.relationship_id, wanted.seq)
      wanted.seq, edge.relationship_id, source_ci_id, target_ci_id, relationship_type, attributes,
      weight, spread, redundancy_group, min_up
    from unnest(
      ${edges.map(({ id }) => id)}::uuid[], ${edges.map(({ tick }) => tick)}::bigint[],
      ${edges.map(({ seq }) => seq)}::bigint[]
    ) as wanted (relationship_id, tick, seq)
    join relationships edge on edge.relationship_id = wanted.relationship_id
      and (edge.valid_from = wanted.tick or edge.valid_to = wanted.tick)
    order by wanted.relationship_id, wanted.seq, edge.valid_from = wanted.tick desc
  `.execute(trx);
  return new Map(rows.map(({ seq, ...edge }) => [`${edge.relationship_id} ${seq}`, edge] as const));
}
