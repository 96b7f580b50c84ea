import { sql } from 'kysely';
import type { Db } from '../../db/postgres/database.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import type { Json } from '../../model/resource-type.ts';

/** The inventory as far as the feed tells it. */
export interface Inventory {
  /** By item: where it is, and its described fields by path. */
  items: Record<string, { presence: string; fields: Record<string, Json> }>;
  /** By relationship: its ends, its type and its attributes. */
  relationships: Record<string, Json>;
}

const PRESENCE: Record<string, string> = {
  'ci.created': 'here',
  'ci.back': 'here',
  'ci.missing': 'missing',
  'ci.retired': 'retired',
};

/** Applies events one after the other, as a reader that keeps a copy does. */
export function replay(
  events: readonly ChangeEvent[],
  from: Inventory = { items: {}, relationships: {} },
): Inventory {
  const { items, relationships } = structuredClone(from);
  for (const event of events) {
    if ('ci' in event) {
      items[event.ci.ci_id] ??= { presence: 'here', fields: {} };
      const item = items[event.ci.ci_id] as Inventory['items'][string];
      item.presence = PRESENCE[event.type] ?? item.presence;
      for (const [path, change] of Object.entries(event.changes)) {
        if (change.new === null) delete item.fields[path];
        else item.fields[path] = change.new;
      }
    } else {
      const { relationship_id, source_ci_id, target_ci_id, relationship_type, attributes } =
        event.relationship;
      if (event.type === 'relationship.ended') delete relationships[relationship_id];
      else {
        relationships[relationship_id] = {
          source_ci_id,
          target_ci_id,
          relationship_type,
          attributes,
        };
      }
    }
  }
  return { items, relationships };
}

/** The inventory as the store has it now. */
export async function presentInventory(db: Db): Promise<Inventory> {
  const items = await sql<{ ci_id: string; presence: string; fields: Record<string, Json> }>`
    select ci_id, case when retired_at is not null then 'retired'
        when missing_since is not null then 'missing' else 'here' end as presence,
      (select jsonb_object_agg(path, value) from body_fields(body)) as fields
    from items
  `.execute(db);
  const edges = await sql<{ relationship_id: string; document: Json }>`
    select relationship_id, json_build_object('source_ci_id', source_ci_id,
      'target_ci_id', target_ci_id, 'relationship_type', relationship_type,
      'attributes', attributes) as document
    from relationships where valid_to is null
  `.execute(db);
  return {
    items: Object.fromEntries(items.rows.map(({ ci_id, ...item }) => [ci_id, item])),
    relationships: Object.fromEntries(
      edges.rows.map(({ relationship_id, document }) => [relationship_id, document]),
    ),
  };
}
