import { z } from 'zod';
import type { PresentItem } from '../db/postgres/read-present.ts';
import type { RejectedRecord, StagedItem } from '../db/postgres/stage-page.ts';
import { storableText } from '../db/postgres/staging/canonical-json.ts';
import { toStagedItem } from '../db/postgres/staging/staged-item.ts';
import { type IdentifiedRecord, rejection } from './identify-page.ts';
import type { Mapping } from './mapping.ts';

export interface ObservedPage {
  readonly items: readonly StagedItem[];
  readonly rejected: readonly RejectedRecord[];
}

/**
 * Turns a page's records into items to stage. A record that is the one which made the present item
 * is not mapped again; an item that equals the present one is staged by its hashes alone.
 *
 * A record that does not fit is rejected alone, with the reason; its id keeps its item from being
 * retired.
 */
export function observePage(
  records: readonly IdentifiedRecord[],
  present: ReadonlyMap<string, PresentItem>,
  mapping: Mapping,
): ObservedPage {
  const items: StagedItem[] = [];
  const rejected: RejectedRecord[] = [];
  for (const identified of records) {
    const { ci_id, source_hash } = identified;
    const known = present.get(ci_id);
    if (known && source_hash !== null && known.source_hash === source_hash) {
      items.push({ ...known, document: null });
      continue;
    }
    try {
      const item = observe(identified, mapping);
      const isUnchanged =
        known?.content_hash === item.content_hash &&
        known.links_hash === item.links_hash &&
        known.volatile_hash === item.volatile_hash;
      items.push(isUnchanged ? { ...item, document: null } : item);
    } catch (error) {
      rejected.push(rejection(identified, reasonOf(error)));
    }
  }
  return { items, rejected };
}

function observe({ record, ci_id, source_hash }: IdentifiedRecord, mapping: Mapping): StagedItem {
  const { type, scope, defaultEnvironment, ownership } = mapping;
  const parsed = type.record.parse(record);
  const told = {
    item: type.toItem(parsed, scope),
    keys: type.keys(parsed, scope),
    identities: type.identities?.(parsed, scope),
    references: type.references(parsed, scope),
  };
  return toStagedItem({ ci_id, source_hash }, told, type, {
    environment: defaultEnvironment,
    ownership: (item) => ownership(item, scope),
  });
}

const MAX_REASON_LENGTH = 500;

/** Names fields and expectations only: a record's values may hold secrets. */
function reasonOf(error: unknown): string {
  const reason =
    error instanceof z.ZodError
      ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
      : error instanceof Error
        ? error.message
        : 'unknown reason';
  return storableText(reason.slice(0, MAX_REASON_LENGTH));
}
