/** Orders in which items are listed, by the API's names; a minus turns one round. */
export const ITEM_SORTS = [
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  'name',
  '-name',
] as const;
export type ItemSort = (typeof ITEM_SORTS)[number];
