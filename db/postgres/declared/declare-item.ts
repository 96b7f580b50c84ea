import { sql } from 'kysely';
import {
  type DeclaredItem,
  identitiesOf,
  keysOf,
  referencesOf,
  toItem,
} from '../../../model/declared-item.ts';
import { DECLARED_RELATIONS } from '../../../model/declared-relation.ts';
import { declaredCiId } from '../../../model/declared-scope.ts';
import { redactAttributes, redactTags } from '../../../model/redact-tags.ts';
import { openTick, sealTick } from '../clock.ts';
import type { Db, Trx } from '../database.ts';
import { adoptLinks } from '../promote/adopt-links.ts';
import { adoptStaged } from '../promote/adopt-staged.ts';
import type { PromoteContext } from '../promote/context.ts';
import { noteAbsences } from '../promote/note-absences.ts';
import type { StagedItem } from '../stage-page.ts';
import { canonicalJson } from '../staging/canonical-json.ts';
import { type ItemDefaults, toStagedItem } from '../staging/staged-item.ts';
import { API_SLICE_ID, type KnownItem, lockApiSlice, lockDeclaredItem } from './declared-slice.ts';

export interface DeclareRequest {
  item: DeclaredItem;
  /** Who declares it. */
  by: string;
  /** `create` refuses one that is there already. */
  mode: 'create' | 'replace';
  /** The version that is to be replaced; null for whichever there is. */
  expected_version: number | null;
}

export type DeclareOutcome =
  | { kind: 'done'; ci_id: string; is_new: boolean; is_changed: boolean }
  | { kind: 'exists'; ci_id: string }
  /** A file of the catalogue declares it. */
  | { kind: 'elsewhere'; file: string }
  /** Null: there is none. */
  | { kind: 'stale'; version: number | null };

/** A person says all that there is to say. */
const AS_DECLARED: ItemDefaults = { environment: 'unknown', ownership: () => ({}) };

/**
 * Makes what a person declares current, in one transaction, as a promotion does: a version where
 * something changed, keys and references, and the queue for relate. Declaring the same again
 * changes nothing. An item of the catalogue is the catalogue's, unless its file is gone.
 */
export async function declareItem(db: Db, request: DeclareRequest): Promise<DeclareOutcome> {
  const { item, by, mode, expected_version: expected } = request;
  const ci_id = declaredCiId(item.declared_id);
  const told = {
    item: toItem(item),
    keys: keysOf(item),
    identities: identitiesOf(item),
    references: referencesOf(item),
  };
  const type = { relations: DECLARED_RELATIONS, volatile: [] };
  const staged = toStagedItem({ ci_id, source_hash: null }, told, type, AS_DECLARED);
  return db.transaction().execute(async (trx): Promise<DeclareOutcome> => {
    await lockApiSlice(trx);
    const known = await lockDeclaredItem(trx, ci_id);
    const refusal = refuse(known, ci_id, mode, expected);
    if (refusal) return refusal;
    const is_changed = await promoteOne(trx, staged, by);
    await keepDeclaration(trx, ci_id, item, by);
    return { kind: 'done', ci_id, is_new: !known || known.is_retired, is_changed };
  });
}

function refuse(
  known: KnownItem | null,
  ci_id: string,
  mode: DeclareRequest['mode'],
  expected: number | null,
): DeclareOutcome | null {
  if (expected !== null && known?.version !== expected) {
    return { kind: 'stale', version: known?.version ?? null };
  }
  if (!known || known.is_retired) return null;
  if (known.is_scheduled) return { kind: 'elsewhere', file: known.region };
  return mode === 'create' ? { kind: 'exists', ci_id } : null;
}

/** @returns whether anything of it was written */
async function promoteOne(trx: Trx, staged: StagedItem, by: string): Promise<boolean> {
  await sql`
    create temporary table promote_staged on commit drop as
    select ${staged.ci_id}::uuid as ci_id, ${API_SLICE_ID}::uuid as slice_id,
      ${staged.content_hash}::uuid as content_hash, ${staged.links_hash}::uuid as links_hash,
      ${staged.volatile_hash}::uuid as volatile_hash, true as has_document,
      ${staged.document}::jsonb as document
  `.execute(trx);
  // Of whatever stood behind it before, a file of the catalogue say, it is not made any more.
  await sql`delete from item_sources where ci_id = ${staged.ci_id}`.execute(trx);
  const tick = await openTick(trx);
  const context: PromoteContext = {
    trx,
    runId: null,
    changedBy: by,
    sliceIds: [API_SLICE_ID],
    tick,
    stagedDocument: sql`lateral (select staged.document)`,
  };
  const { touched } = await adoptStaged(context);
  await adoptLinks(context);
  if (touched === 0) return false;
  await sql`
    create temporary table promote_missing (ci_id uuid, is_first boolean, retires boolean)
    on commit drop
  `.execute(trx);
  await noteAbsences(context);
  await sealTick(trx, tick, null);
  return true;
}

/** One that is the same stays whose it was. Secrets are left out of it, as they are of the item. */
async function keepDeclaration(
  trx: Trx,
  ciId: string,
  item: DeclaredItem,
  by: string,
): Promise<void> {
  const declaration = canonicalJson({
    ...item,
    tags: redactTags(item.tags),
    attributes: redactAttributes(item.attributes),
  });
  await sql`
    insert into declared_items (ci_id, declared_id, declaration, declared_by)
    values (${ciId}, ${item.declared_id}, ${declaration}::jsonb, ${by})
    on conflict (ci_id) do update set
      declaration = excluded.declaration, declared_by = excluded.declared_by, declared_at = now()
    where declared_items.declaration <> excluded.declaration
  `.execute(trx);
}
