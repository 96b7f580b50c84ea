import { z } from 'zod';
import { type CiType, kindsOf } from './ci-type.ts';
import { changeSchema, itemSummarySchema } from './configuration-item.ts';
import { type CiEnvironment, relationTypeSchema, spreadSchema } from './enums.ts';
import { jsonObjectSchema } from './json.ts';

/**
 * What happens to an item. A commit makes one event an item, the first of these that fits:
 * - `ci.created`: it was found for the first time
 * - `ci.retired`: complete listings have been without it for long enough
 * - `ci.back`: it is listed again
 * - `ci.missing`: a complete listing is without it
 * - `ci.updated`: it has a new version
 */
export const ITEM_CHANGE_TYPES = [
  'ci.created',
  'ci.retired',
  'ci.back',
  'ci.missing',
  'ci.updated',
] as const;

/** What happens to a relationship; `relationship.changed`: it goes on with other attributes. */
export const RELATIONSHIP_CHANGE_TYPES = [
  'relationship.added',
  'relationship.changed',
  'relationship.ended',
] as const;

export const changeTypeSchema = z.enum([...ITEM_CHANGE_TYPES, ...RELATIONSHIP_CHANGE_TYPES]);
export type ChangeType = z.infer<typeof changeTypeSchema>;

/** An item as it was after a change. */
export const changedItemSchema = itemSummarySchema.extend({
  team: z.string().nullable(),
  version: z.int().positive(),
});
export type ChangedItem = z.infer<typeof changedItemSchema>;

const happened = {
  /** The commit; one makes many events. */
  seq: z.int().positive(),
  timestamp: z.iso.datetime({ offset: true }),
  run_id: z.uuid().nullable(),
};

export const itemChangeSchema = z.object({
  type: z.enum(ITEM_CHANGE_TYPES),
  ...happened,
  /** The person who made the change; null for discovery. */
  changed_by: z.string().nullable(),
  ci: changedItemSchema,
  /**
   * What the new version changed, field by field; for an item that is new, every field. Empty where
   * there is no new version: an item that is missing is what it was.
   */
  changes: changeSchema.shape.changes,
});
export type ItemChange = z.infer<typeof itemChangeSchema>;

export const relationshipChangeSchema = z.object({
  type: z.enum(RELATIONSHIP_CHANGE_TYPES),
  ...happened,
  relationship: z.object({
    relationship_id: z.uuid(),
    source_ci_id: z.uuid(),
    target_ci_id: z.uuid(),
    relationship_type: relationTypeSchema,
    attributes: jsonObjectSchema,
    weight: z.number().nonnegative(),
    spread: spreadSchema,
    redundancy_group: z.string().nullable(),
    min_up: z.int().positive().nullable(),
  }),
  source: changedItemSchema,
  target: changedItemSchema,
});
export type RelationshipChange = z.infer<typeof relationshipChangeSchema>;

/** One entry of the feed of changes. */
export const changeEventSchema = z.discriminatedUnion('type', [
  itemChangeSchema,
  relationshipChangeSchema,
]);
export type ChangeEvent = z.infer<typeof changeEventSchema>;

/** Which changes somebody wants to hear of; what is left out narrows nothing. */
export interface ChangeFilter {
  types?: readonly ChangeType[] | undefined;
  ci_id?: string | undefined;
  /** A class finds its more specific kinds too. */
  ci_type?: CiType | undefined;
  environment?: CiEnvironment | undefined;
  provider?: string | undefined;
  account?: string | undefined;
  team?: string | undefined;
}

/** What a filter looks at; `before` is there where the change moved it. */
export interface ChangeSubject {
  now: Pick<ChangedItem, 'ci_id' | 'ci_type' | 'environment' | 'provider' | 'account' | 'team'>;
  before: Partial<Pick<ChangedItem, 'ci_type' | 'environment' | 'team'>>;
}

/**
 * Whether a change is of interest. An item counts as it is after the change and as it was before,
 * so that one which leaves a team is heard of by both; a relationship counts for both of its ends.
 */
export function isWanted(
  filter: ChangeFilter,
  type: ChangeType,
  subjects: readonly ChangeSubject[],
): boolean {
  if (filter.types && !filter.types.includes(type)) return false;
  return subjects.some(
    ({ now, before }) => fits(filter, now) || fits(filter, { ...now, ...before }),
  );
}

function fits(filter: ChangeFilter, item: ChangeSubject['now']): boolean {
  if (filter.ci_type && !kindsOf(filter.ci_type).includes(item.ci_type)) return false;
  return (['ci_id', 'environment', 'provider', 'account', 'team'] as const).every(
    (field) => filter[field] === undefined || filter[field] === item[field],
  );
}

/** What a filter looks at in an event that is there in full. */
export function subjectsOf(event: ChangeEvent): ChangeSubject[] {
  if (!('ci' in event)) {
    return [
      { now: event.source, before: {} },
      { now: event.target, before: {} },
    ];
  }
  const before = Object.fromEntries(
    (['ci_type', 'environment', 'team'] as const)
      .filter((field) => field in event.changes && event.type !== 'ci.created')
      .map((field) => [field, event.changes[field]?.old ?? null]),
  );
  return [{ now: event.ci, before: before as ChangeSubject['before'] }];
}
