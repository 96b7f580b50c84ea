import { z } from 'zod';
import { ciTypeSchema } from '../../../model/ci-type.ts';
import {
  declaredItemSchema,
  identitiesOf,
  keysOf,
  referencesOf,
  toItem,
} from '../../../model/declared-item.ts';
import { declaredIdSchema } from '../../../model/declared-reference.ts';
import { DECLARED_RELATIONS } from '../../../model/declared-relation.ts';
import { DECLARED_RESOURCE_TYPE } from '../../../model/declared-scope.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { CatalogueClient } from '../client.ts';

const placeSchema = z.object({ file: z.string(), line: z.int() });

/** An entry; one that another file has, too, is refused with the place of the other. */
const recordSchema = z
  .looseObject({ declared_elsewhere: placeSchema.optional() })
  .superRefine(({ declared_elsewhere: place }, context) => {
    if (!place) return;
    const message = `is declared in ${place.file}, line ${place.line}, too`;
    context.addIssue({ code: 'custom', path: ['declared_id'], message });
  })
  .pipe(declaredItemSchema);

export const resourceType = defineResourceType({
  name: DECLARED_RESOURCE_TYPE,
  provider: 'declared',
  ci_types: ciTypeSchema.options,
  summary:
    'An item that people say there is, in a file of the catalogue or through the API: an application, a business service, a server of their own.',
  permissions: ['reading the files of the catalogue directory'],
  level: 'account',
  listPage: async (client: CatalogueClient) => ({
    records: await client.records(),
    next_page_token: null,
  }),
  record: recordSchema,
  nativeId: (record) =>
    z.object({ declared_id: declaredIdSchema }).safeParse(record).data?.declared_id ?? null,
  toItem,
  keys: keysOf,
  identities: identitiesOf,
  relations: DECLARED_RELATIONS,
  references: referencesOf,
  volatile: [],
});
