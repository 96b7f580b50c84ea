import { z } from 'zod';
import { REDACTED } from './redact-text.ts';
import type { Scope } from './scope.ts';

/** Fields of an item that say whose it is. */
export const OWNERSHIP_FIELDS = ['owner', 'team', 'cost_center'] as const;
export type OwnershipField = (typeof OWNERSHIP_FIELDS)[number];

const regularExpression = z.string().min(1).refine(compiles, 'must be a regular expression');

const valueRuleSchema = z.strictObject({
  /** Matches a whole value, in any case. */
  match: regularExpression,
  /** What it means, with `$1` for what a group matched; null: it means nobody. */
  value: z.string().min(1).nullable(),
});

function fieldSchema(...tags: string[]) {
  return z
    .strictObject({
      /** Keys of tags and labels; of those that an item has, the first in this list counts. */
      tags: z.array(z.string().min(1)).default(tags),
      /** The first that matches a tag's value says what it means; without one it is taken as it is. */
      values: z.array(valueRuleSchema).default([]),
    })
    .prefault({});
}

const text = z.string().min(1).optional();

const accountRuleSchema = z.strictObject({
  /** Ids or names of accounts, projects, subscriptions, clusters, machines; `*` is any text. */
  match: z.array(z.string().min(1)).min(1),
  owner: text,
  team: text,
  cost_center: text,
});

/** How tags and accounts tell whose an item is; a part of the sources file. */
export const ownershipSchema = z
  .strictObject({
    owner: fieldSchema('owner'),
    team: fieldSchema('team', 'squad'),
    cost_center: fieldSchema('cost_center'),
    /** Whose the items of an account are that no tag tells of; the first that matches and says so. */
    accounts: z.array(accountRuleSchema).default([]),
  })
  .prefault({});
export type OwnershipRules = z.output<typeof ownershipSchema>;

/** Whose an item is, and what told it: `tag:Team`, `account:111122223333`. */
export type Ownership = { [Field in OwnershipField as Field | `${Field}_source`]: string | null };

/** What is known of an item before: a field that its source tells is left as it is. */
type Item = { tags: Readonly<Record<string, string>> } & Readonly<
  Record<OwnershipField, string | null>
>;

/** Tells whose an item is. */
export type OwnershipReader = (
  item: Item,
  scope: Pick<Scope, 'account' | 'account_name'>,
) => Ownership;

/** Makes the reader of these rules; what can be is made ready once. */
export function ownershipReader(rules: OwnershipRules): OwnershipReader {
  const fields = OWNERSHIP_FIELDS.map((field) => ({ field, readTag: tagReader(rules[field]) }));
  const accounts = rules.accounts.map(({ match, ...says }) => ({ matches: globs(match), says }));
  return (item, { account, account_name }) => {
    const byKey = new Map<string, { key: string; value: string }>();
    for (const [key, value] of Object.entries(item.tags)) {
      const bare = bareKey(key);
      if (value !== '' && value !== REDACTED && !byKey.has(bare)) byKey.set(bare, { key, value });
    }
    const ofAccount = (field: OwnershipField) =>
      accounts.find(
        ({ matches, says }) =>
          says[field] !== undefined && [account, account_name].some((name) => matches(name)),
      )?.says[field];
    const ownership = {} as Ownership;
    for (const { field, readTag } of fields) {
      const tag = item[field] === null ? readTag(byKey) : null;
      const byAccount = item[field] === null && tag === null ? ofAccount(field) : undefined;
      ownership[field] = item[field] ?? tag?.value ?? byAccount ?? null;
      ownership[`${field}_source`] =
        tag !== null ? `tag:${tag.key}` : byAccount !== undefined ? `account:${account}` : null;
    }
    return ownership;
  };
}

type Tags = ReadonlyMap<string, { key: string; value: string }>;

function tagReader({ tags, values }: OwnershipRules[OwnershipField]) {
  const wanted = tags.map(bareKey);
  const meanings = values.map(({ match, value }) => ({ match: wholeMatch(match), value }));
  return (byKey: Tags): { key: string; value: string } | null => {
    for (const bare of wanted) {
      const tag = byKey.get(bare);
      if (!tag) continue;
      const meaning = meanings.find(({ match }) => match.test(tag.value));
      if (!meaning) return tag;
      if (meaning.value !== null) {
        return { key: tag.key, value: tag.value.replace(meaning.match, meaning.value) };
      }
    }
    return null;
  };
}

/** Keys compare without prefix, case and separators: `acme.io/cost-center` is `CostCenter`. */
function bareKey(key: string): string {
  const afterPrefix = key.slice(key.lastIndexOf('/') + 1);
  return afterPrefix.toLowerCase().replaceAll(/[-_.: ]/g, '');
}

function wholeMatch(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'iu');
}

function compiles(pattern: string): boolean {
  try {
    wholeMatch(pattern);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function globs(patterns: readonly string[]): (name: string | null) => boolean {
  const matches = patterns.map((pattern) => wholeMatch(pattern.split('*').map(escaped).join('.*')));
  return (name) => name !== null && matches.some((match) => match.test(name));
}

function escaped(literal: string): string {
  return literal.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
