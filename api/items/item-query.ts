import type { Db } from '../../db/postgres/database.ts';
import type { ItemFilter } from '../../db/postgres/search/item-filter.ts';
import { parseSearch } from '../../db/postgres/search/item-search.ts';
import { ticksBefore } from '../../db/postgres/search/tick-bound.ts';
import type { Restriction } from '../../model/access.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { ciEnvironmentSchema, ciStatusSchema, providerSchema } from '../../model/enums.ts';
import { plainText, tagsParam } from '../http/parameters.ts';
import { timeParam } from '../http/time.ts';

/** The parameters that find items, for queries. */
export const itemFilterShape = {
  ci_type: ciTypeSchema
    .optional()
    .meta({ description: 'Finds its more specific kinds, too: database finds aws_rds.' }),
  environment: ciEnvironmentSchema.optional(),
  status: ciStatusSchema.optional(),
  provider: providerSchema.optional(),
  account: plainText.optional(),
  region: plainText.optional(),
  availability_zone: plainText.optional(),
  resource_type: plainText.optional(),
  team: plainText.optional(),
  owner: plainText.optional(),
  tag: tagsParam,
  q: plainText
    .max(200, 'must not be longer than 200 characters')
    .refine((text) => text.trim() !== '', 'must not be blank')
    .optional()
    .openapi({
      type: 'string',
      maxLength: 200,
      description:
        'A text within a name, a host name, an address or the last part of an external id (or all of ' +
        'it), in small or capital letters; where nothing contains it, what is written alike. An ' +
        'IPv4 address, its beginning (10.0.0.) or a network (10.0.0.0/20) finds by address.',
    }),
  updated_since: timeParam.optional().openapi({
    type: 'string',
    format: 'date-time',
    description: 'Only items whose newest version came then or later; missing is no new version.',
  }),
};

interface FilterQuery extends Omit<ItemFilter, 'tags' | 'search' | 'changed_since'> {
  tag?: ItemFilter['tags'];
  q?: string | undefined;
  updated_since?: Date | undefined;
}

/** The filter that the parameters above stand for, for what somebody may see. */
export async function itemFilterOf(
  db: Db,
  { tag, q, updated_since, ...rest }: FilterQuery,
  restriction: Restriction | null,
): Promise<ItemFilter> {
  return {
    ...rest,
    tags: tag,
    search: q === undefined ? undefined : parseSearch(q),
    changed_since: updated_since && (await ticksBefore(db, updated_since)),
    restriction,
  };
}
