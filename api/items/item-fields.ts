import { z } from '@hono/zod-openapi';
import { ciTypeSchema } from '../../model/ci-type.ts';
import {
  type ConfigurationItem,
  databaseItemSchema,
  kubernetesClusterItemSchema,
  plainItemSchema,
  serverItemSchema,
} from '../../model/configuration-item.ts';

const shape = {
  ...plainItemSchema.shape,
  ...serverItemSchema.shape,
  ...databaseItemSchema.shape,
  ...kubernetesClusterItemSchema.shape,
  ci_type: ciTypeSchema,
};

export type ItemField = keyof typeof shape;

/** Every field that an item of any class has. */
export const ITEM_FIELDS = Object.keys(shape) as [ItemField, ...ItemField[]];

/** An item with the fields that were asked for, as far as its class has them. */
export const selectedItemSchema = z
  .object(shape)
  .partial()
  .meta({ id: 'SelectedItem', description: 'With the fields that were asked for.' });
export type SelectedItem = z.output<typeof selectedItemSchema>;

/** Which fields of items an answer has; all where left out. */
export const fieldsParam = z
  .union([z.string(), z.array(z.string()).max(ITEM_FIELDS.length)])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(z.enum(ITEM_FIELDS)))
  .optional()
  .openapi({
    type: 'array',
    items: { type: 'string', enum: [...ITEM_FIELDS] },
    description:
      'Only these fields, separated by commas. A field that the class of an item does not have is ' +
      'left out of it. Without change_history an answer costs about half.',
    example: ['ci_id', 'name', 'tags'],
  });

/** Leaves of items what was asked for. */
export function selectFields(
  items: readonly ConfigurationItem[],
  fields: readonly ItemField[] | undefined,
): Array<ConfigurationItem | SelectedItem> {
  if (!fields) return [...items];
  const wanted = new Set<string>(fields);
  return items.map(
    (item): SelectedItem =>
      Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name))),
  );
}
