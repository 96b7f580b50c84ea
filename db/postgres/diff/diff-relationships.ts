import { type RawBuilder, sql } from 'kysely';
import type { DiffSummary, RelationshipDifference } from '../../../model/diff.ts';
import type { Json } from '../../../model/resource-type.ts';
import { changedItem } from '../changed-item.ts';
import type { Trx } from '../database.ts';
import { itemsAt } from '../items-at.ts';
import { happenedBetween, holdsAt } from '../moment.ts';
import { type DiffScope, inScope } from './scope-of-diff.ts';

type Edge = RelationshipDifference['relationship'];

/**
 * Lists the relationships that differ between two moments, in the order of their ids. One counts
 * when an end of it does, and when both are there to see.
 *
 * @param after the id that the page before ended with
 */
export async function diffRelationships(
  trx: Trx,
  scope: DiffScope,
  limit: number,
  after: string,
): Promise<RelationshipDifference[]> {
  const { rows } = await sql<
    Pick<RelationshipDifference, 'kind' | 'source' | 'target'> & {
      earlier: Edge | null;
      later: Edge | null;
    }
  >`
    select page.kind, page.earlier, page.later,
      ${changedItem('source')} as source, ${changedItem('target')} as target
    from (
      select * from (${differing(scope, sql`relationship_id > ${after}`)}) every
      where kind is not null order by relationship_id limit ${limit}
    ) page
    join ${itemsAt(scope.to)} source on source.ci_id = page.source_ci_id
    join ${itemsAt(scope.to)} target on target.ci_id = page.target_ci_id
    order by page.relationship_id
  `.execute(trx);
  return rows.flatMap(({ kind, source, target, earlier, later }) => {
    const relationship = later ?? earlier;
    if (!relationship) return [];
    return [{ kind, relationship, source, target, changes: changesOf(earlier, later) }];
  });
}

export async function countRelationshipDifferences(
  trx: Trx,
  scope: DiffScope,
): Promise<Partial<DiffSummary>> {
  const { rows } = await sql<{ kind: keyof DiffSummary; count: number }>`
    select kind, count(*) as count from (${differing(scope, sql`true`)}) every
    where kind is not null group by kind
  `.execute(trx);
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}

/** What a relationship may become without becoming another one. */
const MUTABLE = ['weight', 'attributes', 'spread', 'redundancy_group', 'min_up'] as const;

function changesOf(earlier: Edge | null, later: Edge | null): RelationshipDifference['changes'] {
  if (!earlier || !later) return {};
  return Object.fromEntries(
    MUTABLE.filter((field) => JSON.stringify(earlier[field]) !== JSON.stringify(later[field])).map(
      (field) => [field, { old: earlier[field] as Json, new: later[field] as Json }],
    ),
  );
}

/** A query of the relationships, as they are at both moments, and `kind`: null where none differs. */
function differing(scope: DiffScope, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const { from, to } = scope;
  const touched = sql`
    select relationship_id, source_ci_id, target_ci_id from relationships
    where ${happenedBetween('valid_from', from, to)} and ${condition}
    union
    select relationship_id, source_ci_id, target_ci_id from relationships
    where ${happenedBetween('valid_to', from, to)} and ${condition}
  `;
  const columns = sql.join(MUTABLE.map((column) => sql.ref(column)));
  const at = (moment: DiffScope['from']) => sql`
    select (${columns}) as content,
      json_build_object(
        'relationship_id', relationship_id, 'source_ci_id', source_ci_id,
        'target_ci_id', target_ci_id, 'relationship_type', relationship_type,
        'attributes', attributes, 'weight', weight, 'spread', spread,
        'redundancy_group', redundancy_group, 'min_up', min_up
      ) as document
    from relationships edge
    where edge.relationship_id = touched.relationship_id
      and ${holdsAt('edge.valid_from', 'edge.valid_to', moment)}
  `;
  const seen = { ...scope, filter: { restriction: scope.filter.restriction } };
  return sql`
    with touched as materialized (${touched}),
    ends as materialized (
      select source_ci_id as ci_id from touched union select target_ci_id from touched
    ),
    meant as materialized (${inScope(scope, sql`select ci_id from ends`)}),
    visible as materialized (${inScope(seen, sql`select ci_id from ends`)})
    select touched.*, earlier.document as earlier, later.document as later,
      case
        when earlier.document is null and later.document is null then null
        when earlier.document is null then 'relationship_added'
        when later.document is null then 'relationship_ended'
        when earlier.content is distinct from later.content then 'relationship_changed'
      end as kind
    from touched
    left join lateral (${at(from)}) earlier on true
    left join lateral (${at(to)}) later on true
    where (source_ci_id in (select ci_id from meant) or target_ci_id in (select ci_id from meant))
      and source_ci_id in (select ci_id from visible)
      and target_ci_id in (select ci_id from visible)
  `;
}
