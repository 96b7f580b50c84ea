import { sql } from 'kysely';
import { type ItemSummary, itemSummarySchema } from '../../model/configuration-item.ts';
import type { RelationType } from '../../model/enums.ts';
import type { Db } from './database.ts';
import { itemSummary } from './find-failing.ts';

/** A key that references name and no item answers to. */
export interface WantedKey {
  key: string;
  /** How many references name it. */
  wanted: number;
  /** By which relations, the most frequent first. */
  relations: Array<{
    relation: string;
    relationship_type: RelationType;
    /** What they are declared to point at, in the terms of the referrers' resource types. */
    referrer_types: string[];
    count: number;
  }>;
  /** Some of the items that make the references. */
  examples: ItemSummary[];
}

export interface UnresolvedFilter {
  relations?: readonly RelationType[] | undefined;
  /** The beginning of the key, such as `dns:`. */
  prefix?: string | undefined;
  /** The resource type of the items that make the references. */
  referrer_type?: string | undefined;
}

/** Where a page ended: keys come by how often they are wanted, then by name. */
export interface WantedCursor {
  wanted: number;
  key: string;
}

const EXAMPLES = 3;

/**
 * Lists what items refer to and nobody knows, the most wanted first. References of items that are
 * missing count no longer; those of declared relationships, which no item makes, do. Keys with two
 * owners are another matter, and listed as ambiguous.
 */
export async function listWantedKeys(
  db: Db,
  filter: UnresolvedFilter,
  limit: number,
  after: WantedCursor | null,
): Promise<WantedKey[]> {
  const { rows } = await sql<Omit<WantedKey, 'examples'> & { examples: unknown[] }>`
    with open as materialized (
      select reference.referrer_id, reference.relation, reference.relationship_type,
        referrer.resource_type, named.key
      from item_references reference
      left join items referrer on referrer.ci_id = reference.referrer_id
      cross join lateral (values (reference.target_key), (reference.source_key)) named (key)
      where not exists (
          select from resolved_references resolved
          where resolved.reference_id = reference.reference_id
        )
        and referrer.missing_since is null and referrer.retired_at is null
        and named.key is not null
        and not exists (select from item_keys owner where owner.key = named.key and owner.live)
        and not exists (
          select from items present where present.missing_since is null and present.ci_id = case
            when named.key ~ '^ci:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            then substr(named.key, 4)::uuid
          end
        )
        and ${filter.relations ? sql`reference.relationship_type = any(${[...filter.relations]}::text[])` : sql`true`}
        and ${filter.prefix ? sql`starts_with(named.key, ${filter.prefix})` : sql`true`}
        and ${filter.referrer_type ? sql`referrer.resource_type = ${filter.referrer_type}` : sql`true`}
    ),
    page as (
      select key, count(*) as wanted from open group by key
      ${
        after
          ? sql`having count(*) < ${after.wanted}
              or (count(*) = ${after.wanted} and key > ${after.key})`
          : sql``
      }
      order by wanted desc, key limit ${limit}
    )
    select page.key, page.wanted, by_relation.relations, shown.examples
    from page
    cross join lateral (
      select json_agg(json_build_object(
        'relation', relation, 'relationship_type', relationship_type,
        'referrer_types', referrer_types, 'count', count
      ) order by count desc, relation) as relations
      from (
        select relation, relationship_type, count(*) as count,
          coalesce(
            array_agg(distinct resource_type order by resource_type)
              filter (where resource_type is not null), '{}'
          ) as referrer_types
        from open where open.key = page.key group by relation, relationship_type
      ) counted
    ) by_relation
    cross join lateral (
      select coalesce(json_agg(${itemSummary} order by items.ci_id), '[]') as examples
      from (
        select distinct referrer_id from open where open.key = page.key
        order by referrer_id limit ${EXAMPLES}
      ) chosen
      join items on items.ci_id = chosen.referrer_id
    ) shown
    order by page.wanted desc, page.key
  `.execute(db);
  return rows.map((row) => ({
    ...row,
    examples: row.examples.map((example) => itemSummarySchema.parse(example)),
  }));
}
