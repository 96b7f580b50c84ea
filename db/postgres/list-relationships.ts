import { sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import { type ItemSummary, itemSummarySchema } from '../../model/configuration-item.ts';
import type { RelationType } from '../../model/enums.ts';
import { type Relationship, relationshipSchema } from '../../model/relationship.ts';
import type { Db } from './database.ts';
import { itemSummary } from './find-failing.ts';
import { itemsAt } from './items-at.ts';
import { holdsAt, type Moment } from './moment.ts';
import { visibleTo } from './visibility.ts';

/** `out`: the item is the source; `in`: the target. */
export type RelationshipDirection = 'out' | 'in';

export interface RelationshipFilter {
  directions: readonly RelationshipDirection[];
  /** All types where left out. */
  relations?: readonly RelationType[] | undefined;
  /** What whoever asks may see of the other ends. */
  restriction: Restriction | null;
}

/** A relationship of an item, with the item at its other end and where it is known from. */
export interface ListedRelationship extends Relationship {
  direction: RelationshipDirection;
  other: ItemSummary;
  provenance: {
    /** The declared relation, in the terms of the referrer's resource type. */
    relation: string;
    /** The item that makes the reference; a third one where neither end does. */
    referrer_id: string;
    /** Null where a person's change made it. */
    run_id: string | null;
    /** When it began to hold as it is; ends are in the history. */
    valid_from: string;
  };
}

const ENDS: Record<RelationshipDirection, [own: string, other: string]> = {
  out: ['source_ci_id', 'target_ci_id'],
  in: ['target_ci_id', 'source_ci_id'],
};

/** Lists the relationships of an item in the order of their ids: a page costs its length, also of a hub. */
export async function listRelationships(
  db: Db,
  ciId: string,
  filter: RelationshipFilter,
  page: { limit: number; after: string | null },
  moment: Moment | null = null,
): Promise<ListedRelationship[]> {
  const { directions, relations, restriction } = filter;
  const branches = directions.map((direction) => {
    const [own, other] = ENDS[direction];
    return sql`(
      select edge.*, ${direction} as direction, items.ci_id as other_id
      from relationships edge
      join ${itemsAt(moment)} items on items.ci_id = ${sql.ref(`edge.${other}`)}
      where ${sql.ref(`edge.${own}`)} = ${ciId} and ${holdsAt('edge.valid_from', 'edge.valid_to', moment)}
        and ${relations ? sql`edge.relationship_type = any(${[...relations]}::text[])` : sql`true`}
        and ${page.after ? sql`edge.relationship_id > ${page.after}` : sql`true`}
        and ${visibleTo(restriction)}
      order by edge.relationship_id limit ${page.limit}
    )`;
  });
  const { rows } = await sql<Row>`
    with page as (
      select * from (${sql.join(branches, sql` union all `)}) either
      order by relationship_id limit ${page.limit}
    )
    select page.relationship_id, page.source_ci_id, page.target_ci_id, page.relationship_type,
      page.attributes, page.weight, page.spread, page.redundancy_group, page.min_up, page.direction,
      page.relation, page.referrer_id, page.run_id, ${itemSummary} as other,
      created.committed_at as created_at, touched.committed_at as updated_at,
      began.committed_at as valid_from,
      ${moment ? sql`null::timestamptz` : PROVEN_AT} as validation_timestamp
    from page
    join ${itemsAt(moment)} items on items.ci_id = page.other_id
    join ticks created on created.tick = page.created_tick
    join ticks touched on touched.tick = page.touched_tick
    join ticks began on began.tick = page.valid_from
    order by page.relationship_id
  `.execute(db);
  return rows.map(toListed);
}

/** When the item that makes the reference was last proven to be there; null for what people declared. */
const PROVEN_AT = sql`(
  select coalesce(referrer.last_seen_at, slices.proven_at)
  from items referrer join slices on slices.slice_id = referrer.slice_id
  where referrer.ci_id = page.referrer_id
)`;

interface Row {
  relation: string;
  referrer_id: string;
  run_id: string | null;
  direction: RelationshipDirection;
  other: unknown;
  created_at: Date;
  updated_at: Date;
  valid_from: Date;
  validation_timestamp: Date | null;
  [field: string]: unknown;
}

function toListed(row: Row): ListedRelationship {
  const { relation, referrer_id, run_id, direction, other, valid_from, ...fields } = row;
  const created_at = fields.created_at.toISOString();
  return {
    ...relationshipSchema.parse({
      ...fields,
      created_at,
      discovered_at: created_at,
      updated_at: fields.updated_at.toISOString(),
      // Relate ends one as soon as either end or the reference is gone.
      is_valid: true,
      validation_timestamp: fields.validation_timestamp?.toISOString() ?? null,
    }),
    direction,
    other: itemSummarySchema.parse(other),
    provenance: { relation, referrer_id, run_id, valid_from: valid_from.toISOString() },
  };
}
